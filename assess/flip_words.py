"""A solved flip as a person reads it."""

from aimigrate.assess.need import in_words
from aimigrate.contracts.verdicts import Flip

_WHOLE_FROM_USD = 100.0


def in_a_sentence(flip: Flip) -> str:
    """Return the sentence of a flip: what it becomes, if which figure goes beyond what, and what it is now."""
    return f"{flip.becomes.replace('_', ' ')} if {_clause(flip)}"


def _clause(flip: Flip) -> str:
    moves = "rises above" if flip.side == "above" else "falls below"
    at, now = flip.at, flip.now or 0.0
    sentences = {
        "cloud_cost_usd_per_month": f"its cloud cost {moves} {_usd(at)} USD a month (now {_usd(now)})",
        "module_price_usd": f"the price of one {flip.unit.removeprefix('USD per ')} {moves} {_usd(at)} USD (now"
        f" {_usd(now)}), the other modules' in step",
        "electricity_usd_per_kwh": f"power {moves} {at:.3g} USD a kWh (counted at {now:.3g})",
        "overflow_share": f"the share of capacity kept in the cloud {moves} {at:.1%} (counted at {now:.0%})",
        "module_speed_rps": f"{flip.unit.removeprefix('requests per second of ')} does "
        f"{'more' if flip.side == 'above' else 'less'} than {in_words(at)} rps (counted at {in_words(now)}), the other"
        " modules in step",
        "peak_rps": f"its peak {moves} {in_words(at)} rps at the same cloud cost (now {in_words(now)})",
        "requests_per_day": f"its work {moves} {at:,.0f} requests a day at the same cloud cost (now {now:,.0f})",
        "gpu_utilization_percent": f"its GPU utilization {moves} {at:.3g} % in the mean (now {now:.3g})",
        "latency_objective_ms": f"its latency objective {moves} {at:,.0f} ms (now {now:,.0f})",
        "uplink_mbps": f"the uplink of a site {moves} {at:,.0f} Mbit/s (now {now:,.0f})",
    }
    return sentences[flip.variable]


def _usd(value: float) -> str:
    """Write money so that figures near each other can be told apart."""
    return f"{value:,.0f}" if value >= _WHOLE_FROM_USD else f"{value:.2f}"
