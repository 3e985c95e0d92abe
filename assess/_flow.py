"""The order of a durable collection: finders, then what builds on them, account by account, each as soon as it may."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from aimigrate.assess._meter import COST_EXPLORER_UNITS
from aimigrate.assess._metric_plan import metrics_wanted
from aimigrate.assess._reading import Scope
from aimigrate.assess._refusals import error_code
from aimigrate.assess.durable import POLL_S, WORKER, Results, over_among, result_of, start
from aimigrate.assess.durable_runs import Run
from aimigrate.assess.units import Pass, Unit, collectors, found_in, units_of
from aimigrate.contracts.inventory import CoverageEntry

# What an answer that no collector foresaw can raise. It must not cost the other units of a long run: it is a hole.
_CONTAINED = (ClientError, BotoCoreError, AttributeError, IndexError, KeyError, TypeError, ValueError)
_LEAST_OF_A_BILL = 3
_AHEAD = 3  # accounts whose units are on the queue at once: enough to keep the workers busy, few enough to hold


@dataclass
class AccountDone:
    """One account, read to its end."""

    scope: Scope
    recordings: dict[Unit, bytes]
    holes: tuple[CoverageEntry, ...] = ()


@dataclass(frozen=True)
class _Flow:
    """Workflows to wait for, and what to start when they are over."""

    needs: frozenset[str]
    then: Callable[[], None]


class _Account:
    """One account of a run: its units are put on the queue as soon as what they build on is there."""

    def __init__(self, run: Run, account_id: str, spending: "_Spending") -> None:
        self.account_id, self._run, self._spending = account_id, run, spending
        self.scope = Scope(account_id, (), run.now, run.asked.lookback_days)
        self._holes: list[CoverageEntry] = []
        self._units: dict[Unit, str] = {}
        self._finders: tuple[Unit, ...] = ()
        self._failed: set[Unit] = set()
        opened = f"{run.name}/{account_id}/open"
        self.flows = [_Flow(frozenset({opened}), lambda: self._find(self._opened(opened)))]
        start(opened, WORKER.open, account_id, list(run.asked.regions))

    def advance(self, over: Mapping[str, bool]) -> None:
        """Start what has waited for workflows that are over now."""
        ready = [flow for flow in self.flows if flow.needs <= over.keys()]
        self.flows = [flow for flow in self.flows if not flow.needs <= over.keys()]
        self._failed |= {unit for unit, name in self._units.items() if over.get(name) is False}
        for flow in ready:
            flow.then()

    def done(self) -> AccountDone:
        """Return what was read; each unit whose answer was not understood is a hole."""
        holes = [*self._holes, *(_hole(unit, self._units[unit]) for unit in sorted(self._failed))]
        return AccountDone(self.scope, dict(self.recordings(tuple(self._units))), tuple(holes))

    def recordings(self, units: Sequence[Unit]) -> Results:
        """Return what these units left, of those that left something."""
        names = {unit: self._units[unit] for unit in units if unit not in self._failed}
        return Results(names, WORKER.office)

    def _opened(self, name: str) -> Mapping[str, Any]:
        """Return the account's regions and holes; where an answer was not understood, none and that."""
        try:
            return dict(result_of(name))
        except _CONTAINED as error:
            said = error_code(error) or type(error).__name__
            return {"regions": [], "holes": [_not_understood(self.account_id, "global", "account", said).model_dump()]}

    def _find(self, opened: Mapping[str, Any]) -> None:
        self._holes = [CoverageEntry.model_validate(hole) for hole in opened["holes"]]
        self.scope = Scope(self.account_id, tuple(opened["regions"]), self._run.now, self._run.asked.lookback_days)
        if not self.scope.regions:
            self._spending.settle(self.account_id, lambda left: left)
            return
        self._finders = units_of(self.scope, "find", with_bill=self._run.asked.with_bill)
        for unit in self._finders:
            self._put((unit,), metrics_left=self._spending.granted(unit, self._finders))
        if self._spending.limited:
            self._after(self._finders, lambda: self._spending.settle(self.account_id, self._measure_within))
        else:
            for region in self.scope.regions:
                self._measure_after(region)
        self._after(self._finders, lambda: self._second("price", self._finders))

    def _measure_after(self, region: str) -> None:
        mine = self._of(region)
        self._after(mine, lambda: self._second("measure", mine, region=region))

    def _measure_within(self, left: int) -> int:
        """Measure with at most `left` metrics, region by region; return what is left then."""
        found = self.recordings(self._finders)
        for region in self.scope.regions:
            wanted = metrics_wanted(
                found_in(self.scope, region, found, WORKER.office.held)[0].found, lookback_days=self.scope.lookback_days
            )
            granted = min(wanted, left)
            left -= granted
            self._second("measure", self._of(region), region=region, metrics_left=granted)
        return left

    def _of(self, region: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self._finders if unit.region == region)

    def _after(self, units: Sequence[Unit], then: Callable[[], None]) -> None:
        self.flows.append(_Flow(frozenset(self._units[unit] for unit in units), then))

    def _second(
        self, which: Pass, finders: Sequence[Unit], *, region: str | None = None, metrics_left: int | None = None
    ) -> None:
        units = [unit for unit in units_of(self.scope, which) if region in (None, unit.region)]
        before = [unit for unit in finders if unit not in self._failed]
        self._put(units, before=before, metrics_left=metrics_left)

    def _put(self, units: Sequence[Unit], *, before: Sequence[Unit] = (), metrics_left: int | None = None) -> None:
        if metrics_left is None and self._spending.limited:
            metrics_left = 0  # a pricer asks for nothing that costs
        scope = {**vars(self.scope), "now": self.scope.now.isoformat(), "regions": list(self.scope.regions)}
        given = [[self._units[one], one.account_id, one.region, one.collector] for one in before]
        for unit in units:
            name = f"{self._run.name}/{unit.name}"
            start(name, WORKER.read, scope, [unit.account_id, unit.region, unit.collector], given, metrics_left)
            self._units[unit] = name
            self.flows.append(_Flow(frozenset({name}), lambda: None))
            WORKER.office.desk.expect(unit.region)


def _hole(unit: Unit, name: str) -> CoverageEntry:
    """Return the hole that a unit left whose answer was not understood. Raises anything else that it ended with."""
    try:
        result_of(name)
    except _CONTAINED as error:
        said = error_code(error) or type(error).__name__
    return _not_understood(unit.account_id, unit.region, unit.collector, said)


def _not_understood(account_id: str, region: str, what: str, said: str) -> CoverageEntry:
    return CoverageEntry(
        account_id=account_id,
        region=region,
        service=what,
        operation="*",
        status="failed",
        reason=f"an answer was not understood ({said}); nothing of this unit was kept",
        fix="run the same command again; if it stays, report it with this line",
    )


class _Spending:
    """Hands out what may be spent, in units of a metric, account by account in order: the same run spends the same.

    Half is kept for Cost Explorer and a tenth for what finders ask of CloudWatch, in equal parts for each account,
    whether they use it or not: what another account has left must not decide what this one asks for.
    """

    def __init__(self, accounts: Sequence[str], max_units: int | None) -> None:
        self.limited = max_units is not None
        whole = max_units or 0
        requests = whole // 2 // max(1, len(accounts)) // COST_EXPLORER_UNITS
        # A bill takes three requests and each of its further pages one more: fewer would be paid for nothing.
        self._for_bill = requests * COST_EXPLORER_UNITS if requests >= _LEAST_OF_A_BILL else 0
        self._for_finders = whole // 10 // max(1, len(accounts))
        self._left = whole - len(accounts) * (self._for_bill + self._for_finders)
        self._order = list(accounts)
        self._ready: dict[str, Callable[[int], int]] = {}

    def granted(self, unit: Unit, finders: Sequence[Unit]) -> int | None:
        """Return what a finder's unit may spend; None is anything."""
        if not self.limited:
            return None
        if _asks(unit, "ce"):
            return self._for_bill
        sharing = sum(_asks(one, "cloudwatch") for one in finders)
        return self._for_finders // sharing if _asks(unit, "cloudwatch") else 0

    def settle(self, account_id: str, spend: Callable[[int], int]) -> None:
        """Let an account spend what is left once those before it have spent theirs."""
        self._ready[account_id] = spend
        while self._order and self._order[0] in self._ready:
            self._left = self._ready.pop(self._order.pop(0))(self._left)


def _asks(unit: Unit, service: str) -> bool:
    return any(action.startswith(f"{service}:") for action in collectors()[unit.collector].iam_actions)


def accounts_done(
    run: Run, told: Callable[[], None] = lambda: None, look: Callable[[str], None] = lambda _: None
) -> Iterator[AccountDone]:
    """Yield each account of a run when it is read, in order. Raises AccountProblem; what was read is kept.

    `told` is called a few times a second, to show how it goes; `look` too, to take over from workers that died.
    """
    waiting, window, over = list(run.accounts), list[_Account](), dict[str, bool]()
    spending = _Spending(run.accounts, run.asked.max_metrics)
    while waiting or window:
        while waiting and len(window) < _AHEAD:
            window.append(_Account(run, waiting.pop(0), spending))
        asked = {name for account in window for flow in account.flows for name in flow.needs} - over.keys()
        now_over = over_among(asked)
        _check(name for name, good in now_over.items() if not good)
        over |= now_over
        for account in window:
            account.advance(over)
        told()
        look(run.name)
        if WORKER.office.problem is not None:
            raise WORKER.office.problem
        if not window[0].flows:
            yield window.pop(0).done()
        elif not now_over:
            time.sleep(POLL_S)


def _check(failed: Iterator[str]) -> None:
    """Raise any fault of our own that a workflow ended with."""
    for name in failed:
        try:
            result_of(name)
        except _CONTAINED:
            continue  # a hole of its unit
