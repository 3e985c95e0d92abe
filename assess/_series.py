"""Put the points of several metrics into one series; a period without a point stays null."""

from aimigrate.assess._found import Statistic


def combine(points: list[dict[int, float]], length: int, statistic: Statistic) -> tuple[float | None, ...]:
    """Return one value a period: sums are added, averages averaged, maxima and percentiles taken at their largest."""
    values: list[float | None] = [None] * length
    for index in sorted({index for metric in points for index in metric}):
        here = [metric[index] for metric in points if index in metric]
        if statistic == "Sum":
            values[index] = sum(here)
        elif statistic == "Average":
            values[index] = sum(here) / len(here)
        else:
            values[index] = max(here)
    return tuple(values)
