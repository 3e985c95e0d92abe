"""What DescribeInstanceTypes says of a region is the same for every unit: each type is asked for once in a process.

A question takes along the types that were asked for in other places: accounts of one company use the same ones.
A unit's recording still holds the whole answer to its own question, as if it had been alone.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from aimigrate.assess._answers import Answer, Item

TYPES_CALL = ("ec2", "describe_instance_types")
_PAGE = 100  # types in an answer at most (DescribeInstanceTypes, EC2 API reference, read 2026-11): still one request


@dataclass
class SharedTypes:
    """The instance types that were asked for, by account and region: what one role may read, another may not."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _regions: dict[tuple[str, str], "_Region"] = field(default_factory=dict)
    _everywhere: set[str] = field(default_factory=set)
    """Every name that any unit asked for."""

    def answer(self, account_id: str, region: str, asked: Item, ask: Callable[[Item], Answer], whole: str) -> Answer:
        """Answer a question about types by name, asking AWS for those that no unit has asked for.

        `whole` is the whole question as it is recorded. Raises what `ask` raises.
        """
        names = _names(asked)
        if names is None:
            return ask(asked)
        with self._lock:
            known = self._regions.setdefault((account_id, region), _Region())
            self._everywhere.update(names)
            everywhere = sorted(self._everywhere)
        with known.lock:
            return known.answer(names, ask, whole, along=everywhere)

    def forget(self, account_id: str) -> None:
        """Let go of an account that is read."""
        with self._lock:
            self._regions = {key: one for key, one in self._regions.items() if key[0] != account_id}


@dataclass
class _Region:
    lock: threading.Lock = field(default_factory=threading.Lock)
    types: dict[str, Any] = field(default_factory=dict)
    """Type by name, as frozen; None where the region has no such type."""

    def answer(self, names: list[str], ask: Callable[[Item], Answer], whole: str, along: list[str]) -> Answer:
        lacking = [name for name in names if name not in self.types]
        here = [one for name in names if (one := self.types.get(name)) is not None]
        if not lacking:
            return Answer("ec2", "DescribeInstanceTypes", whole, sorted(here, key=_name), 1)
        others = [name for name in along if name not in self.types and name not in lacking]
        asked = lacking + others[: max(0, _PAGE - len(lacking))]
        came = ask({"Filters": [{"Name": "instance-type", "Values": asked}]})
        by_name = {_name(one): one for one in came.frozen or []}
        if came.refusal is None:
            self.types |= {name: by_name.get(name) for name in asked}
        new = [by_name[name] for name in lacking if name in by_name]
        reads = max(came.reads, 1) if here else came.reads
        return replace(came, asked=whole, frozen=sorted([*here, *new], key=_name), reads=reads)


def _name(one: Item) -> str:
    return str(one["InstanceType"])


def _names(asked: Item) -> list[str] | None:
    """Return the types asked for by name, None for any other question."""
    match asked:
        case {"Filters": [{"Name": "instance-type", "Values": list(names)}]} if len(asked) == 1:
            return [str(name) for name in names]
    return None
