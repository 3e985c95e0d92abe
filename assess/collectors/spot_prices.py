"""What spot instances of the types in use cost, on average over the lookback."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aimigrate.assess._found import Found
from aimigrate.assess._reading import Reader
from aimigrate.contracts.bill import ListedPrice

_PAGE = 1000  # prices in one answer, at most (EC2 API reference, read 2026-11)
_KEPT_DAYS = 90  # EC2 keeps the history that long (EC2 API reference, read 2026-11)
_PLATFORM = "Linux/UNIX"

# The cheapest instance, t4g.nano, costs 0.0042 USD an hour on demand, and spot is at most 90 % cheaper (EC2 pricing
# pages, read 2026-11): what is below that is no price.
_LEAST_USD = 0.0004


@dataclass(frozen=True)
class SpotPrices:
    """Asks for the types that run on spot and no others: one question a region, 1,000 prices a page."""

    name: str = "spot-prices"
    iam_actions: frozenset[str] = frozenset({"ec2:DescribeSpotPriceHistory"})

    def price(self, reader: Reader, found: tuple[Found, ...]) -> Iterator[ListedPrice]:
        """Yield one price for each type: the mean over time in each zone, then over the zones."""
        computes = [item.workload.compute for item in found if item.workload.region == reader.region]
        kinds = sorted({one.instance_type for one in computes if one.spot and one.instance_type})
        if not kinds:
            return
        until = reader.scope.now
        since = max(reader.scope.since, until - timedelta(days=_KEPT_DAYS))
        changes: dict[str, dict[str, list[tuple[datetime, float]]]] = {}
        for one in reader.items(
            "ec2",
            "describe_spot_price_history",
            "SpotPriceHistory",
            optional=True,
            InstanceTypes=kinds,
            ProductDescriptions=[_PLATFORM],
            StartTime=since,
            EndTime=until,
            MaxResults=_PAGE,
        ):
            zones = changes.setdefault(one["InstanceType"], {})
            if float(one["SpotPrice"]) >= _LEAST_USD:
                zones.setdefault(one["AvailabilityZone"], []).append((one["Timestamp"], float(one["SpotPrice"])))
        for kind in kinds:
            means = [_mean(prices, since, until) for _, prices in sorted(changes.get(kind, {}).items())]
            if means:
                yield ListedPrice(
                    instance_type=kind,
                    region=reader.region,
                    kind="spot",
                    usd_per_hour=sum(means) / len(means),
                    source=f"EC2 spot prices, mean of {since:%Y-%m-%d} to {until:%Y-%m-%d} over {len(means)} zones",
                    effective_at=until,
                )


def _mean(prices: list[tuple[datetime, float]], since: datetime, until: datetime) -> float:
    """Weigh each price by how long it held. The first of a history is older than its start."""
    ordered = sorted(prices)
    starts = [max(at, since) for at, _ in ordered]
    ends = [*starts[1:], until]
    held = [(end - start).total_seconds() for start, end in zip(starts, ends, strict=True)]
    total = sum(held)
    if total <= 0:
        return ordered[-1][1]
    return sum(seconds * usd for seconds, (_, usd) in zip(held, ordered, strict=True)) / total


collector = SpotPrices()
