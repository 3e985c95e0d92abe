"""Data gravity: what a workload takes in must reach the site, and a site's link is only so wide."""

from dataclasses import dataclass

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier

_BITS_PER_BYTE = 8
_MEGABITS_PER_GIGABYTE = 1000 * _BITS_PER_BYTE
_SECONDS_PER_HOUR = 3600
_HOURS_PER_DAY = 24


@dataclass(frozen=True)
class DataGravity:
    """Requests at their peak (or a night's) times their size, and what is read from S3 and FSx, against the links."""

    name: str = "data-gravity"

    def judge(self, seen: Seen) -> Barrier | None:
        """Compare with the widest link; where a site's link or the size is not known, nothing is said."""
        needed, evidence = needed_mbps(seen)
        links = [site.uplink_mbps for site in seen.sites_allowed]
        known = [link for link in links if link is not None]
        if needed is None or not links or len(known) < len(links):
            return None
        widest = max(known)
        usable = assumed("uplink_usable")
        if needed <= widest * usable:
            return None
        return Barrier(
            name=self.name,
            why=(
                f"its data can't follow it: {needed:,.0f} Mbit/s must reach the site, whose link of"
                f" {widest:,.0f} Mbit/s can carry {widest * usable:,.0f}"
            ),
            evidence=evidence,
            lifted_if=f"a site's uplink reaches {needed / usable:,.0f} Mbit/s, or its data are made there",
        )


def needed_mbps(seen: Seen) -> tuple[float | None, str]:
    """Return the megabits a second that must reach the site, null where no size is known, and what that rests on."""
    hint, need = seen.hint, seen.need
    each, daily = hint.megabytes_in_per_request, hint.gigabytes_in_per_day
    window_s = (assumed("nightly_window") if need.nightly else _HOURS_PER_DAY) * _SECONDS_PER_HOUR
    parts: list[float] = []
    words: list[str] = []
    if each is not None and need.nightly and need.requests_per_day is not None:
        parts.append(need.requests_per_day * each * _BITS_PER_BYTE / window_s)
        words.append(f"{need.requests_per_day:,.0f} requests a day of {each:g} MB, in the night")
    elif each is not None and not need.nightly and need.peak_rps is not None:
        parts.append(need.peak_rps * (1 - assumed("overflow_share")) * each * _BITS_PER_BYTE)
        words.append(f"{need.peak_rps:.3g} requests a second at the peak, the share for the edge, of {each:g} MB")
    if daily is not None:
        parts.append(daily * _MEGABITS_PER_GIGABYTE / window_s)
        words.append(f"{daily:,.0f} GB a day from stores that stay in the cloud")
    return (sum(parts) if parts else None), f"hints.yaml: {'; '.join(words)}"


barrier: BarrierRule = DataGravity()
