"""Deal what moves out over pilot, scale and full: units of workloads that depend on each other, never split."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from aimigrate.contracts.plan import PhaseName
from aimigrate.contracts.waves import PILOT_WORKLOADS, SCALE_LOCATIONS, WaveException, scale_size
from aimigrate.errors import UsageProblem
from aimigrate.planning._scale_choice import feasible
from aimigrate.yamltext import printable

_TWO_PILOTS_FROM: Final = 8  # below, two would be more than a quarter of all
_ORDER: Final[dict[PhaseName, int]] = {"assess": 0, "pilot": 1, "scale": 2, "full": 3}


@dataclass(frozen=True)
class Unit:
    """Workloads that move together, and where to."""

    workloads: tuple[str, ...]
    sites: frozenset[str]
    pin: PhaseName | None = None
    """The phase that a person wants for one of them."""
    not_before: PhaseName = "pilot"
    """The latest phase that one of its sites is pinned to."""

    @property
    def size(self) -> int:
        """Workloads."""
        return len(self.workloads)

    def may_be_in(self, phase: PhaseName) -> bool:
        """Say whether pins allow the phase."""
        return self.pin in {None, phase} and _ORDER[self.not_before] <= _ORDER[phase]


@dataclass
class Dealt:
    """The units of each phase, why each workload is in its phase, and what a phase could not hold to."""

    phases: dict[PhaseName, list[Unit]]
    why: dict[str, str] = field(default_factory=dict)
    exceptions: dict[PhaseName, WaveException] = field(default_factory=dict)


def deal(units: Sequence[Unit], site_pins: dict[str, PhaseName]) -> Dealt:
    """Deal units, first to move first.

    The pilot is one location with one or two workloads; scale has three to five locations and 30-50 % of all
    workloads, by count; full has the rest. What can't be so is an exception with its figures and the reason.
    Raises UsageProblem where pins leave no pilot, or a larger one.
    """
    total = sum(unit.size for unit in units)
    dealt = Dealt({"pilot": [], "scale": [], "full": []})
    _pilot(dealt, units, total, sorted(site for site, phase in site_pins.items() if phase == "pilot"))
    piloted = set(dealt.phases["pilot"])
    left = [unit for unit in units if unit not in piloted]
    _scale(dealt, left, total, {site for site, phase in site_pins.items() if phase == "scale"})
    scaled = set(dealt.phases["scale"])
    rest = [unit for unit in left if unit not in scaled]
    dealt.phases["full"] = rest
    for unit in rest:
        _because(dealt, unit, "pinned to full" if unit.pin else _why_late(unit))
    return dealt


def _why_late(unit: Unit) -> str:
    if unit.not_before == "full":
        return f"its site is pinned to full: {', '.join(sorted(unit.sites))}"
    return "the rest: pilot and scale took those with a higher score, or at fewer locations"


def _because(dealt: Dealt, unit: Unit, why: str) -> None:
    for slug in unit.workloads:
        others = [other for other in unit.workloads if other != slug]
        together = f"; together with {', '.join(others)}, on which it depends or which depends on it" if others else ""
        dealt.why[slug] = printable(why + together)


def _pilot(dealt: Dealt, units: Sequence[Unit], total: int, places: Sequence[str]) -> None:
    pinned = [unit for unit in units if unit.pin == "pilot"]
    if pinned:
        _take_pinned_pilot(dealt, pinned, places)
        return
    able = [unit for unit in units if unit.may_be_in("pilot")]
    if places:
        able = [unit for unit in able if unit.sites == frozenset(places)]
    if not able:
        raise _no_pilot(places)
    small = [unit for unit in able if unit.size <= PILOT_WORKLOADS]
    first = next((unit for unit in small if len(unit.sites) == 1), None)
    if first is None:
        first = small[0] if small else min(able, key=lambda unit: (unit.size, len(unit.sites)))
        dealt.exceptions["pilot"] = _exception([first], total, _why_large(first))
    wanted = PILOT_WORKLOADS if total >= _TWO_PILOTS_FROM else 1
    taken = [first]
    for unit in able if len(first.sites) == 1 else ():
        if unit is not first and unit.sites == first.sites and _count(taken) + unit.size <= wanted:
            taken.append(unit)
    where = f"at one location, {', '.join(sorted(first.sites))}" if len(first.sites) == 1 else "at the fewest there are"
    place = ", where sites.yaml pins the pilot" if places else ""
    for unit in taken:
        rank = "the highest" if unit is first else "the next"
        _because(dealt, unit, f"{rank} score of what runs {where}{place}")
    dealt.phases["pilot"] = taken


def _why_large(unit: Unit) -> str:
    if unit.size > PILOT_WORKLOADS:
        return f"{unit.size} workloads depend on each other, and nothing smaller can go first"
    return f"no site carries one of them whole: {', '.join(unit.workloads)} needs {len(unit.sites)} sites"


def _take_pinned_pilot(dealt: Dealt, pinned: list[Unit], places: Sequence[str]) -> None:
    """Refuse what is no pilot: more than one place or two workloads, or a place that is pinned to another phase."""
    sites = frozenset[str]().union(*(unit.sites for unit in pinned))
    names = ", ".join(slug for unit in pinned for slug in unit.workloads)
    why = None
    if _count(pinned) > PILOT_WORKLOADS:
        why = f"a pilot has one or two workloads, and these are {_count(pinned)} with what depends on them: {names}"
    elif len(sites) > 1:
        why = f"a pilot has one location, and these go to {', '.join(sorted(sites))}: {names}"
    elif places and sites != frozenset(places):
        why = f"the pilot's place is pinned to {', '.join(places)}, and {names} goes to {', '.join(sorted(sites))}"
    elif not all(unit.may_be_in("pilot") for unit in pinned):
        why = f"{', '.join(sorted(sites))} is pinned to a later phase, and {names} goes there"
    if why is not None:
        fix = "pin fewer workloads to pilot, or those of one site (sites.yaml, pins)"
        raise UsageProblem(what="the pins leave no pilot", why=printable(why, 1000), fix=fix)
    dealt.phases["pilot"] = pinned
    for unit in pinned:
        _because(dealt, unit, "pinned to pilot")


def _no_pilot(places: Sequence[str]) -> UsageProblem:
    where = (
        f"nothing that moves runs at {', '.join(places)} alone" if places else "everything is pinned to later phases"
    )
    fix = "unpin a workload or a site (sites.yaml, pins), or give the pilot's site room"
    return UsageProblem(what="the pins leave no pilot", why=where, fix=fix)


def _scale(dealt: Dealt, left: Sequence[Unit], total: int, wanted_sites: set[str]) -> None:
    """Choose greedily by score; where that breaks a bound, by search; where nothing holds them, say why."""
    able = [unit for unit in left if unit.may_be_in("scale")]
    if not able:
        return
    least, most = scale_size(total)
    size = min(max(most - _count(dealt.phases["pilot"]), least), most)
    taken = _greedy(able, size, wanted_sites)
    if not _holds(taken, least, most) and _at_the_fullest(able) >= least:
        taken = feasible(able, (least, most), SCALE_LOCATIONS, wanted_sites) or taken
    taken = taken or [min(able, key=lambda unit: unit.size)]  # larger than all of scale, and yet the least
    missed = wanted_sites - _sites(taken)
    if missed:
        why = f"{', '.join(sorted(missed))} is pinned to scale, and nothing that can move then goes there"
        fix = "unpin the site, or pin to scale a workload that goes there (sites.yaml, pins)"
        raise UsageProblem(what="a pin can't be kept", why=why, fix=fix)
    chosen = set(taken)
    dealt.phases["scale"] = [unit for unit in able if unit in chosen]
    if taken and not _holds(taken, least, most):
        dealt.exceptions["scale"] = _exception(taken, total, _why_uneven(able, taken, (least, most)))
    for unit in taken:
        pinned = "pinned to scale" if unit.pin else f"next by score, at {', '.join(sorted(unit.sites))}"
        _because(dealt, unit, pinned)


def _greedy(able: Sequence[Unit], size: int, wanted_sites: set[str]) -> list[Unit]:
    """Take what is pinned, then units in their order: new locations until there are three, none beyond the fifth."""
    fewest, widest = SCALE_LOCATIONS
    taken = dict.fromkeys(unit for unit in able if unit.pin is not None)
    for site in sorted(wanted_sites - _sites(taken)):
        taken |= dict.fromkeys([unit for unit in able if unit not in taken and site in unit.sites][:1])
    count, sites = _count(taken), _sites(taken)
    for widen in (True, False):
        for unit in able:
            if count >= size or (widen and len(sites) >= fewest):
                break
            new = unit.sites - sites
            too_much = count + unit.size > size or len(sites | unit.sites) > widest
            if unit not in taken and not too_much and (new or not widen):
                taken[unit] = None
                count, sites = count + unit.size, sites | unit.sites
    return list(taken)


def _holds(taken: Sequence[Unit], least: int, most: int) -> bool:
    low, high = SCALE_LOCATIONS
    return least <= _count(taken) <= most and low <= len(_sites(taken)) <= high


def _why_uneven(able: Sequence[Unit], taken: Sequence[Unit], bounds: tuple[int, int]) -> str:
    """Say what keeps scale from its bounds: too few locations, groups too large to fit, or pins."""
    there, (least, most) = len(_sites(able)), bounds
    if any(unit.pin for unit in taken):
        return "what is pinned to scale, to another phase or to a site leaves no other choice"
    if there < SCALE_LOCATIONS[0]:
        return f"what can move in this phase runs at {there} of the sites given, and three are asked for"
    fullest = _at_the_fullest(able)
    if fullest < least:
        return f"the five fullest of the sites given carry {fullest} workloads, and 30 % are {least}"
    if max(unit.size for unit in able) > 1:
        return (
            f"workloads that depend on each other move together, and no choice of them was found with {least} to {most}"
        )
    return f"no choice of {least} to {most} workloads was found at three to five of the sites given"


def _at_the_fullest(able: Sequence[Unit]) -> int:
    """Return the most workloads that as many sites as scale may have could carry between them."""
    at = Counter(site for unit in able for site in unit.sites for _ in unit.workloads)
    return sum(number for _, number in at.most_common(SCALE_LOCATIONS[1]))


def _exception(taken: Sequence[Unit], total: int, reason: str) -> WaveException:
    share = round(_count(taken) / total, 4)
    return WaveException(locations=len(_sites(taken)), workloads=_count(taken), share=share, reason=printable(reason))


def _count(units: Iterable[Unit]) -> int:
    return sum(unit.size for unit in units)


def _sites(units: Iterable[Unit]) -> frozenset[str]:
    return frozenset[str]().union(*(unit.sites for unit in units))
