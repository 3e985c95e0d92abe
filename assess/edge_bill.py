"""The bill of a move, line by line: from quantities that are counted and figures that may be off."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from aimigrate.assess.assumptions import HOURS_PER_MONTH, assumed
from aimigrate.assess.cash_flow import MONTHS_PER_YEAR, Array, Course, Stranded, months_of
from aimigrate.assess.edge_cost import PER_MODULE
from aimigrate.contracts.economics import MoneyLine

_WH_PER_KWH = 1000.0

Values = Mapping[str, Array]
"""Each figure by name, one value a draw."""


@dataclass(frozen=True)
class Quantities:
    """What moves, counted. Money in USD; power at the wall and at the mean load."""

    modules: float
    module_usd: float | Array
    """Of all modules together, without boards and boxes."""
    power_w: float | Array
    workloads: int = 1
    nodes: tuple[int, ...] = ()
    """Hosts registered with Systems Manager, by account and region."""
    private_cas: int = 0
    billed_usd_per_month: float | Array = 0.0
    """What of the cloud a move ends, by a bill or a person's word."""
    listed_usd_per_month: float = 0.0
    """The same by a price list."""
    whole_units_usd_per_month: float = 0.0
    """What instances kept warm cost beyond the share for overflow, as they come in whole ones."""
    stranded: tuple[Stranded, ...] = ()
    per_site: Mapping[str, int] = field(default_factory=dict)
    """Figures stated per site instead of per module, with the number of sites."""


def course(counted: Quantities, values: Values) -> Course:
    """Return the course of the cash. `values` has every name of `NAMES`."""
    hardware = _hardware(counted, values)
    fees = ssm_usd_per_month(counted.nodes) + private_ca_usd_per_month(counted.private_cas, sum(counted.nodes))
    running = (
        _power(counted, values)
        + sum(_per_month(counted, values, name) for name in PER_MODULE)
        + hardware * values["device_loss"] / MONTHS_PER_YEAR
        + fees
        + counted.whole_units_usd_per_month
    )
    return Course(
        once=hardware + values["migration"] * counted.workloads,
        ended=_cloud(counted, values) * (1 - values["overflow_share"]),
        running=running,
        refresh=hardware,
        life_months=values["amortization"],
        migration_months=months_of(1.0) * values["migration_weeks"],
        overlap_months=months_of(1.0) * values["overlap_weeks"],
        price_change=values["cloud_price_change"],
        stranded=counted.stranded,
        unused=1 - values["overflow_share"],
    )


NAMES = (
    *("module_price", "modules", "carrier_and_enclosure", "installation", "spares", "migration", "amortization"),
    *("electricity", *PER_MODULE, "device_loss", "overflow_share", "migration_weeks", "overlap_weeks"),
    *("list_price_discount", "cloud_price_change"),
)
"""What `course` asks of `values`. `modules` is a ratio of the modules counted, the others are assumptions by name."""


def _cloud(counted: Quantities, values: Values) -> Array:
    return counted.billed_usd_per_month + counted.listed_usd_per_month * (1 - values["list_price_discount"])


def _bare(counted: Quantities, values: Values) -> Array:
    """Return modules, boards and installation, without those on the shelf."""
    each = values["carrier_and_enclosure"] + values["installation"]
    return (counted.module_usd * values["module_price"] + counted.modules * each) * values["modules"]


def _hardware(counted: Quantities, values: Values) -> Array:
    return _bare(counted, values) * (1 + values["spares"])


def _power(counted: Quantities, values: Values) -> Array:
    return counted.power_w * values["modules"] / _WH_PER_KWH * HOURS_PER_MONTH * values["electricity"]


def _per_month(counted: Quantities, values: Values, name: str) -> Array:
    many = counted.per_site.get(name)
    return values[name] * (many if many is not None else counted.modules * values["modules"])


def ssm_usd_per_month(nodes: tuple[int, ...]) -> float:
    """Return the advanced tier's fee: of all hosts of an account and region that has more than the standard holds."""
    charged = sum(many for many in nodes if many > assumed("ssm_standard_nodes"))
    return charged * assumed("ssm_advanced") * HOURS_PER_MONTH


def private_ca_usd_per_month(authorities: int, hosts: int) -> float:
    """Return the fee of the authorities, and of one certificate a host and year."""
    if not authorities:
        return 0.0
    return authorities * assumed("private_ca") + hosts * assumed("private_ca_certificate") / MONTHS_PER_YEAR


def money_lines(counted: Quantities, values: Values) -> tuple[MoneyLine, ...]:
    """Return every line that costs or saves something at the first draw's figures, in whole cents."""
    v = {name: float(array[0]) for name, array in values.items()}
    modules = counted.modules * v["modules"]
    cloud, bare, hardware, power = (
        float(np.ravel(of(counted, values))[0]) for of in (_cloud, _bare, _hardware, _power)
    )
    priced = float(np.ravel(counted.module_usd)[0]) * v["module_price"] * v["modules"]
    watts = float(np.ravel(counted.power_w)[0]) * v["modules"]
    nodes = sum(counted.nodes)
    once = (
        ("modules", priced, f"{modules:,.0f} modules"),
        (
            "carriers and enclosures",
            modules * v["carrier_and_enclosure"],
            f"{v['carrier_and_enclosure']:,.0f} USD a module",
        ),
        ("installation", modules * v["installation"], f"{v['installation']:,.0f} USD a module"),
        ("spares", hardware - bare, f"{v['spares']:.0%} of the hardware, on the shelf"),
        ("migration", v["migration"] * counted.workloads, _migration(counted, v["migration"])),
    )
    standing = counted.whole_units_usd_per_month
    kept = f"{v['overflow_share']:.0%} of that"
    fee = f"{nodes:,} hosts; free up to {assumed('ssm_standard_nodes'):,.0f} an account and region"
    per_month = (
        ("cloud that a move ends", -cloud, "what it costs now"),
        ("overflow kept in the cloud", cloud * v["overflow_share"], kept),
        ("warm instances beyond that share", standing, "instances come in whole ones, one a region at least"),
        ("power", power, f"{watts:,.0f} W at the wall, {v['electricity']:g} USD/kWh"),
        *(
            (name.replace("_", " "), float(_per_month(counted, values, name)[0]), _each(counted, name, v[name]))
            for name in PER_MODULE
        ),
        (
            "device loss",
            hardware * v["device_loss"] / MONTHS_PER_YEAR,
            f"{v['device_loss']:.0%} of the hardware a year, failed or stolen",
        ),
        ("Systems Manager, advanced tier", ssm_usd_per_month(counted.nodes), fee),
        (
            "private certificate authority",
            private_ca_usd_per_month(counted.private_cas, nodes),
            f"{counted.private_cas} of them, a certificate a host and year",
        ),
    )
    rows = (
        *((name, 0.0, usd, how) for name, usd, how in per_month),
        *((name, usd, 0.0, how) for name, usd, how in once),
    )
    lines = (
        MoneyLine(name=name, once_usd=round(at_once, 2), usd_per_month=round(monthly, 2), how=how)
        for name, at_once, monthly, how in rows
    )
    return tuple(one for one in lines if one.once_usd or one.usd_per_month)


def _migration(counted: Quantities, usd: float) -> str:
    return f"{usd:,.0f} USD a workload, {counted.workloads} of them" if counted.workloads > 1 else f"{usd:,.0f} USD"


def _each(counted: Quantities, name: str, usd: float) -> str:
    many = counted.per_site.get(name)
    return f"{usd:g} USD a module" if many is None else f"{usd:g} USD at {many} site{'s' if many > 1 else ''}"


def fixed(values: Mapping[str, float]) -> Values:
    """Return single figures as arrays of one draw."""
    return {name: np.array([value]) for name, value in values.items()}
