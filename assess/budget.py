"""The share of a company's AI budget that its infrastructure takes, beside the ceiling it may go by."""

from aimigrate.assess.assumptions import assumed
from aimigrate.contracts.economics import InfrastructureShare


def infrastructure_share(budget_usd: float, *, before: float, after: float) -> InfrastructureShare | None:
    """Return the share before and after, costs and budget in USD a year; None for a budget of nothing."""
    if budget_usd <= 0:
        return None
    low, high = assumed("infrastructure_ceiling_low"), assumed("infrastructure_ceiling_high")
    share = max(0.0, after) / budget_usd
    where = "below" if share < low else "inside" if share <= high else "above"
    return InfrastructureShare(
        ai_budget_usd_per_year=budget_usd,
        before=before / budget_usd,
        after=share,
        ceiling_low=low,
        ceiling_high=high,
        says=f"{before / budget_usd:.1%} before, {share:.1%} after: {where} the ceiling of {low:.0%} to {high:.0%}",
    )
