"""Ask AWS, read-only: every page, every refusal counted, nothing lost in silence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from aimigrate.assess._answers import Answer, Line, line_of
from aimigrate.assess._answers import Item as Item  # noqa: PLC0414  # collectors take both from here
from aimigrate.assess._coverage import Count, Tally
from aimigrate.assess._refusals import Refusal


@dataclass(frozen=True)
class Scope:
    """What is read, and as of when."""

    account_id: str
    regions: tuple[str, ...]
    now: datetime
    lookback_days: float

    @property
    def since(self) -> datetime:
        """Start of the lookback."""
        return self.now - timedelta(days=self.lookback_days)


class Source(Protocol):
    """Where answers come from: AWS, or a recording of what it answered."""

    records: bool
    """Whether the answers are new, so that they must be kept."""

    def read(self, service: str, call: str, key: str | None, parameters: Item, *, optional: bool) -> Answer:
        """Return what came for one question; `key` is the member that holds a list, None for a call for one thing."""

    def read_all(
        self, service: str, call: str, key: str | None, asked: Sequence[Item], *, optional: bool
    ) -> list[Answer]:
        """Return what came for several questions to one call, in the order asked."""


class Reader:
    """Reads one region of one account, and counts what each operation gave."""

    def __init__(
        self, scope: Scope, region: str, source: Source, *, place: str | None = None, metrics_left: int | None = None
    ) -> None:
        self.scope, self.region, self._source = scope, region, source
        self.place = place or region
        """Where the coverage says that it was read: the region, or `global`."""
        self.metrics_left = metrics_left
        """How many metrics may still be asked for; None is any number."""
        self.tally: Tally = {}
        self.answers: list[Answer] = []
        """What was asked, in order, each less what came."""
        self.lines: list[Line] | None = [] if source.records else None
        self.listed_metrics: dict[tuple[str, str], list[tuple[tuple[str, str], ...]]] = {}

    def items(
        self,
        service: str,
        call: str,
        key: str,
        *,
        optional: bool = False,
        counted: str | None = None,
        inner: str | None = None,
        spare: bool = False,
        **parameters: Any,  # noqa: ANN401  # as boto3
    ) -> list[Any]:
        """Return what all pages of a list call hold under `key`, or under `inner` in each thing there.

        With `spare` other calls give the same, and are made for what this one did not give: its refusal is no hole.
        It is counted as `counted`, if given, in place of the operation's name. A refusal is counted, and what was
        read before it is kept. Raises AccountProblem when the credentials can't be used, and any error that is not
        in the table of refusals.
        """
        answer = self._source.read(service, call, key, parameters, optional=optional)
        if spare and answer.refusal is not None:
            self._keep(answer)
            return answer.value or []
        return self._listed(answer, counted, inner)

    def one(
        self,
        service: str,
        call: str,
        *,
        named: str,
        optional: bool = False,
        may_be_none: bool = False,
        **parameters: Any,  # noqa: ANN401  # as boto3
    ) -> Item | None:
        """Return one answer about the thing `named`, or None where it was refused or is gone (which is counted).

        With `may_be_none` the answer "there is none" is an answer, not something that went.
        """
        answer = self._source.read(service, call, None, parameters, optional=optional)
        return self._single(answer, named, may_be_none=may_be_none)

    def many(
        self,
        service: str,
        call: str,
        asked: Sequence[tuple[str, Item]],
        *,
        optional: bool = False,
        may_be_none: bool = False,
    ) -> list[Item | None]:
        """Do as `one` for each pair of a name and its parameters, several at a time, results in the order asked."""
        answers = self._source.read_all(service, call, None, [given for _, given in asked], optional=optional)
        return [
            self._single(answer, named, may_be_none=may_be_none)
            for answer, (named, _) in zip(answers, asked, strict=True)
        ]

    def many_items(
        self,
        service: str,
        call: str,
        key: str,
        asked: Sequence[Item],
        *,
        optional: bool = False,
        counted: str | None = None,
    ) -> list[list[Any]]:
        """Do as `items` for each set of parameters, several at a time, results in the order asked."""
        answers = self._source.read_all(service, call, key, asked, optional=optional)
        return [self._listed(answer, counted, None) for answer in answers]

    def skip(self, service: str, operation: str, what: str, fix: str) -> None:
        """Count something that was not asked, on purpose."""
        refusal = Refusal("skipped", f"{service}:{operation} was not asked: {what}", fix)
        self._count(service, operation).refusals.append((refusal, ""))

    def refused(self, service: str, operation: str) -> str | None:
        """Return why an operation gave less than everything, None if it gave all."""
        count = self.tally.get((self.place, service, operation))
        return count.reason() if count else None

    def gone(self, service: str, operation: str, named: str) -> bool:
        """Return whether the thing `named` was listed and then not there any more."""
        count = self.tally.get((self.place, service, operation), Count())
        return any(refusal.status == "gone" and name == named for refusal, name in count.refusals)

    def _count(self, service: str, operation: str) -> Count:
        return self.tally.setdefault((self.place, service, operation), Count())

    def _keep(self, answer: Answer) -> None:
        if self.lines is not None:
            self.lines.append(line_of(answer))
        self.answers.append(replace(answer, frozen=None))

    def _spend(self, answer: Answer) -> None:
        """Take from the metrics that may be asked for what another request to CloudWatch costs: as much as one."""
        if self.metrics_left is not None and answer.service == "cloudwatch" and answer.operation != "GetMetricData":
            self.metrics_left = max(0, self.metrics_left - answer.reads)

    def _listed(self, answer: Answer, counted: str | None, inner: str | None) -> list[Any]:
        self._keep(answer)
        self._spend(answer)
        count = self._count(answer.service, counted or answer.operation)
        count.reads += answer.reads
        if answer.refusal is not None:
            count.refusals.append((answer.refusal, ""))
        found: list[Any] = answer.value or []
        if inner is not None:
            found = [item for outer in found for item in outer.get(inner) or []]
        count.items += len(found)
        return found

    def _single(self, answer: Answer, named: str, *, may_be_none: bool) -> Item | None:
        self._keep(answer)
        self._spend(answer)
        count = self._count(answer.service, answer.operation)
        if answer.refusal is not None:
            if may_be_none and answer.refusal.status == "gone":
                count.reads += 1
            else:
                count.refusals.append((answer.refusal, named))
            return None
        count.reads += 1
        count.items += 1
        found: Item = answer.value
        return found
