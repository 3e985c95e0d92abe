"""One region of a seeded account: what exists there, how AWS lists it (two things a page), and the ledger of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError

from tests.faults.cloud import Call, Refused

Action = tuple[str, str]
"""Service and operation, as botocore names them."""
_PAGE = 2
_CORE = botocore.session.Session()


@dataclass(frozen=True)
class Thing:
    """A line of the ledger: one thing that exists, whoever asks."""

    id: str
    account_id: str
    region: str
    type: str
    through: tuple[Action, ...]
    """The operations without which AWS does not tell of it, or of what it is: what lists and describes it, and what
    lists and describes what it is in."""


@dataclass
class Place:
    """A region, or with the region `global` the account as a whole."""

    account_id: str
    region: str
    ledger: list[Thing] = field(default_factory=list)
    _lists: dict[Action, tuple[str, list[tuple[dict[str, Any], Any]]]] = field(default_factory=dict)
    _named: dict[Action, tuple[str, dict[str, dict[str, Any]], Refused]] = field(default_factory=dict)
    _picked: dict[Action, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    _whole: dict[Action, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN of this place."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{rest}"

    def note(self, kind: str, identity: str, *through: Action) -> None:
        """Write a thing into the ledger."""
        self.ledger.append(Thing(identity, self.account_id, self.region, kind, through))

    def lists(self, service: str, operation: str, key: str, items: Iterable[Any], **where: Any) -> None:  # noqa: ANN401  # as boto3
        """Let a call list these; with `where` only when it asks for that."""
        _, held = self._lists.setdefault((service, operation), (key, []))
        held += [(where, item) for item in items]

    def describes(  # noqa: PLR0917
        self, service: str, operation: str, by: str, name: str, answer: dict[str, Any], gone: Refused | None = None
    ) -> None:
        """Let a call describe one thing by its name."""
        missing = gone or Refused("ResourceNotFoundException", f"{name} was not found")
        self._named.setdefault((service, operation), (by, {}, missing))[1][name] = answer

    def picks(self, service: str, operation: str, key: str, by: str, items: dict[str, Any]) -> None:
        """Let a call describe several things, which it is given a list of."""
        self._picked.setdefault((service, operation), (key, by, {}))[2].update(items)

    def answers(self, service: str, operation: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Let a function answer a call."""
        self._whole[service, operation] = answer

    def answer(self, call: Call) -> dict[str, Any]:
        """Answer a call; of what was never seeded there is nothing."""
        if call.action in self._whole:
            return self._whole[call.action](call.given)
        if call.action in self._named:
            by, known, gone = self._named[call.action]
            if call.given[by] not in known:
                raise gone
            return known[call.given[by]]
        if call.action in self._picked:
            key, by, items = self._picked[call.action]
            return {key: [items[name] for name in call.given[by] if name in items]}
        if call.action in self._lists:
            key, held = self._lists[call.action]
            mine = [item for where, item in held if all(call.given.get(k, v) == v for k, v in where.items())]
            return _page(call, key, mine)
        return {}

    def forget(self, service: str, operation: str, name: str) -> None:
        """Delete a thing after it was listed: who asks for it by name is told that it is not there."""
        del self._named[service, operation][1][name]

    def remove(self, kind: str, text: str) -> None:
        """Delete what has this text in its id or name, of one type in the ledger, from every list."""
        self.ledger = [one for one in self.ledger if not (one.type == kind and text in one.id)]
        for key, held in self._lists.values():
            held[:] = [(where, item) for where, item in held if not (text in str(item) and _is(kind, key))]

    def described(self) -> dict[Action, tuple[str, ...]]:
        """Map each call that describes one thing to the names that it knows."""
        return {action: tuple(known) for action, (_, known, _) in self._named.items()}


@cache
def tokens_of(service: str, operation: str) -> tuple[str, str] | None:
    """Return the names of a list's token in a question and in an answer; None where it has no pages."""
    try:
        paged = _CORE.get_paginator_model(service)._paginator_config.get(operation)
    except (UnknownServiceError, ValueError):
        paged = None
    if paged is not None:
        asked, came = paged["input_token"], paged["output_token"]
        return (asked, came) if isinstance(asked, str) else (asked[0], came[0])
    shape = _CORE.get_service_model(service).operation_model(operation).output_shape
    return ("NextToken", "NextToken") if shape is not None and "NextToken" in shape.members else None


def _page(call: Call, key: str, items: list[Any]) -> dict[str, Any]:
    tokens = tokens_of(*call.action)
    if tokens is None:
        return {key: items}
    asked, came = tokens
    start = int(call.given.get(asked) or 0)
    after = start + _PAGE
    return {key: items[start:after]} | ({came.split(" ")[0]: str(after)} if after < len(items) else {})


def _is(kind: str, key: str) -> bool:
    return kind.rpartition(":")[2].replace("-", "").lower() in key.lower()


def is_later_page(call: Call) -> bool:
    """Return whether a call asks for a page after the first."""
    tokens = tokens_of(*call.action) or ("NextToken", "")
    return any(call.given.get(name) for name in (tokens[0], "NextToken", "ExclusiveStartDeliveryStreamName"))
