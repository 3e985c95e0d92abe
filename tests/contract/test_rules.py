"""What every classifier rule promises."""

from datetime import UTC, datetime, timedelta
from math import exp

import numpy as np
import pytest

from aimigrate.assess.classify import LABEL_PROBABILITY, all_rules
from aimigrate.assess.rules._base import Rule
from aimigrate.contracts.inventory import Run, Series, Workload

START = datetime(2026, 11, 1, tzinfo=UTC)
WINDOWS = 14 * 288
HOURS = np.arange(WINDOWS) / 12 % 24
RULES = all_rules()


def subject(**fields: object) -> Workload:
    return Workload.model_validate(
        {"id": "observed:eu-west-1:w", "kind": "observed", "region": "eu-west-1", "name": "w", **fields}
    )


def series(metric: str, values: np.ndarray) -> Series:
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": "sum",
            "start_at": START,
            "period_s": 300,
            "values": values.tolist(),
            "source": "test",
        }
    )


def runs(count: int, *, minutes: float | None) -> tuple[Run, ...]:
    return tuple(
        Run(started_at=at, ended_at=None if minutes is None else at + timedelta(minutes=minutes))
        for at in (START + timedelta(days=day) for day in range(count))
    )


DAY = np.round(60 + 50 * np.sin((HOURS - 8) / 24 * 2 * np.pi))
NIGHTLY = np.where((HOURS >= 2) & (HOURS < 4), 90.0, 0.0)
SPEAKS = {
    "api-type": subject(kind="sagemaker_endpoint"),
    "backlog": subject(series=(series("queue_depth_count", np.full(WINDOWS, 500.0)),)),
    "caller-waits": subject(triggers=("http:lb",)),
    "day-night": subject(series=(series("requests_count", DAY),)),
    "fixed-hours": subject(series=(series("gpu_utilization_percent", NIGHTLY),)),
    "idle-windows": subject(series=(series("requests_count", DAY),)),
    "independent-callers": subject(
        series=(series("requests_count", np.random.default_rng(1).poisson(9, WINDOWS).astype(float)),)
    ),
    "kept-warm": subject(compute={"min_count": 2}),
    "latency": subject(latency_objective_ms=100.0),
    "never-ends": subject(runs=runs(12, minutes=None)),
    "recurring-runs": subject(runs=runs(12, minutes=30)),
    "replicas-kept": subject(
        runs=tuple(Run(started_at=START + timedelta(hours=hour)) for hour in range(4)) + runs(5, minutes=30)
    ),
    "saturated": subject(series=(series("gpu_utilization_percent", np.full(WINDOWS, 98.0)),)),
    "started-by-clock": subject(triggers=("schedule:nightly",)),
}


def test_every_rule_has_a_case_here() -> None:
    """A new rule comes with a workload on which it speaks."""
    assert sorted(SPEAKS) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_speaks_with_its_numbers(rule: Rule) -> None:
    """Evidence carries the rule's name, a value, a side, a weight and one sentence."""
    found = rule.judge(SPEAKS[rule.name])

    assert found is not None
    assert found.signal == rule.name
    assert found.value is not None
    assert found.leans in {"batch", "realtime"}
    assert found.weight > 0
    assert found.detail.endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_nothing_without_data(rule: Rule) -> None:
    """A workload that nothing is known of gives no opinion."""
    assert rule.judge(subject()) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_nulls_are_not_zeros(rule: Rule) -> None:
    """A series of which nothing was recorded gives no opinion."""
    nothing = [None] * WINDOWS
    metrics = ("requests_count", "gpu_utilization_percent", "queue_depth_count", "latency_p99_ms")
    empty = tuple(
        series("requests_count", DAY).model_copy(update={"metric": m, "values": tuple(nothing)}) for m in metrics
    )

    assert rule.judge(subject(series=empty)) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_name_or_a_tag_of_another_kind_changes_nothing(rule: Rule) -> None:
    """What a workload is called is no evidence."""
    plain = SPEAKS[rule.name]
    named = plain.model_copy(update={"name": "nightly-batch-train", "tags": {"purpose": "realtime api"}})

    assert rule.judge(named) == rule.judge(plain)


def test_no_weak_rule_gives_a_label_alone() -> None:
    """What an operator's habit or a full GPU shows needs a second witness."""
    weak = {rule.name: SPEAKS[rule.name] for rule in RULES if rule.family == "fleet"}

    for rule in RULES:
        if rule.name in weak:
            found = rule.judge(weak[rule.name])
            assert found is not None
            assert 1 / (1 + exp(-found.weight)) < LABEL_PROBABILITY
