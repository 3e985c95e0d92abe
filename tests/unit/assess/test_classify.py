"""How a workload is labelled, and what is said about it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from aimigrate.assess.calibration import PRIOR, factors
from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.rules._base import Family, Potential
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Compute, Run, Series, Workload, WorkloadKind

START = datetime(2026, 11, 1, tzinfo=UTC)


def workload(kind: WorkloadKind = "observed", **fields: object) -> Workload:
    return Workload.model_validate(
        {"id": f"{kind}:eu-central-1:w", "kind": kind, "region": "eu-central-1", "name": "w", **fields}
    )


def series(metric: str, values: np.ndarray, *, period_s: int = 300, source: str = "test") -> Series:
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": "sum",
            "start_at": START,
            "period_s": period_s,
            "values": [None if np.isnan(v) else float(v) for v in values],
            "source": source,
        }
    )


def office_day(days: int = 14) -> np.ndarray:
    hours = np.arange(days * 288) * 300 / 3600 % 24
    return np.round(60 + 50 * np.sin((hours - 8) / 24 * 2 * np.pi))


def nightly(days: int = 14) -> np.ndarray:
    hours = np.arange(days * 288) * 300 / 3600 % 24
    return np.where((hours >= 2) & (hours < 4), 900.0, 0.0)


def nightly_runs(days: int = 14) -> tuple[Run, ...]:
    return tuple(
        Run(started_at=START + timedelta(days=d, hours=2), ended_at=START + timedelta(days=d, hours=3), status="ok")
        for d in range(days)
    )


@dataclass(frozen=True)
class Fixed:
    """A rule that always says the same."""

    name: str
    leans: str
    weight: float
    family: Family = "runs"
    potentials: tuple[Potential, ...] = ()

    def judge(self, workload: Workload) -> Evidence | None:  # noqa: ARG002  # the protocol passes it
        return Evidence.model_validate(
            {"signal": self.name, "value": 1.0, "leans": self.leans, "weight": self.weight, "detail": "always"}
        )


def test_an_endpoint_with_a_daily_load_is_realtime() -> None:
    """Interface and arrivals agree, and both are in the evidence, strongest first."""
    subject = workload(
        "sagemaker_endpoint", triggers=("http:invoke",), series=(series("requests_count", office_day()),)
    )

    found = classify(subject, all_rules())

    assert found.label == "realtime"
    assert found.confidence > 0.9
    assert {"api-type", "caller-waits", "idle-windows", "day-night"} == {one.signal for one in found.evidence}
    assert [one.weight for one in found.evidence] == sorted((one.weight for one in found.evidence), reverse=True)


@pytest.mark.parametrize(
    "kind",
    [
        "batch_queue",
        "sagemaker_automl",
        "sagemaker_processing",
        "sagemaker_training",
        "sagemaker_transform",
        "sagemaker_tuning",
    ],
)
def test_a_job_is_batch(kind: WorkloadKind) -> None:
    """What ends by its API is batch without a single metric."""
    found = classify(workload(kind), all_rules())

    assert found.label == "batch"


def test_nightly_runs_on_a_plain_instance_are_batch() -> None:
    """Without an interface the rhythm of runs and of use decides."""
    subject = workload(
        "ec2_instance", runs=nightly_runs(), series=(series("gpu_utilization_percent", nightly() / 9.5),)
    )

    found = classify(subject, all_rules())

    assert found.label == "batch"
    assert {"fixed-hours", "recurring-runs"} <= {one.signal for one in found.evidence}


def test_the_length_of_a_run_has_no_part_in_the_label() -> None:
    """The same rhythm with runs a hundred times shorter gets the same label and odds."""
    long = nightly_runs()
    short = tuple(run.model_copy(update={"ended_at": run.started_at + timedelta(seconds=36)}) for run in long)

    found = [classify(workload(runs=runs), all_rules()) for runs in (long, short)]

    assert found[0].label == found[1].label == "batch"
    assert found[0].batch_probability == found[1].batch_probability


def test_runs_on_weekdays_only_still_start_by_the_clock() -> None:
    """A weekend makes the gaps uneven, but not the time of day."""
    days = [day for day in range(21) if (START + timedelta(days=day)).weekday() < 5]
    runs = tuple(
        Run(started_at=START + timedelta(days=d, hours=2), ended_at=START + timedelta(days=d, hours=3)) for d in days
    )

    found = classify(workload(runs=runs), all_rules())

    assert found.label == "batch"
    assert "same time of day" in found.evidence[0].detail


def test_runs_that_end_at_any_time_are_weak_evidence() -> None:
    """Without a rhythm, runs that end are no reason for a label: a service's replicas end too."""
    hours = np.cumsum(np.random.default_rng(3).exponential(9.0, 40))
    runs = tuple(
        Run(started_at=START + timedelta(hours=h), ended_at=START + timedelta(hours=h, minutes=20)) for h in hours
    )

    found = classify(workload(runs=runs), all_rules())

    assert found.label == "unknown"
    assert [e.signal for e in found.evidence] == ["recurring-runs"]


def test_independent_callers_are_told_from_a_loop_and_from_heaps() -> None:
    """Chance arrivals lean realtime; a loop and heaps of the same mean do not."""
    chance = np.random.default_rng(5).poisson(5.0, 2_000).astype(float)
    loop = np.full(2_000, 5.0)
    heaps = np.where(np.arange(2_000) % 20 == 0, 100.0, 0.0)

    found = [
        {e.signal for e in classify(workload(series=(series("requests_count", v, period_s=10),)), all_rules()).evidence}
        for v in (chance, loop, heaps)
    ]

    assert ["independent-callers" in signals for signals in found] == [True, False, False]


def test_one_run_says_nothing() -> None:
    """A single run, however long, is no evidence."""
    run = Run(started_at=START, ended_at=START + timedelta(days=30))

    found = classify(workload(runs=(run,)), all_rules())

    assert (found.label, found.confidence, found.evidence) == ("unknown", 0.0, ())
    assert found.batch_probability is None


def test_no_data_is_unknown_and_names_what_would_decide() -> None:
    """An unknown label comes with the facts that would give one."""
    found = classify(workload("ec2_instance"), all_rules())

    assert found.label == "unknown"
    assert "batch if a schedule starts it" in found.flips_if
    assert "realtime if callers reach it over HTTP" in found.flips_if


def test_strong_evidence_both_ways_is_mixed() -> None:
    """A schedule that starts it and callers that reach it make it both, not a tie."""
    subject = workload(
        "ecs_service",
        triggers=("http:lb", "schedule:nightly"),
        series=(series("gpu_utilization_percent", nightly() / 9.5),),
        latency_objective_ms=200.0,
    )

    found = classify(subject, all_rules())

    assert found.label == "mixed"
    assert found.confidence > 0.75


def test_people_before_a_queue_are_mixed() -> None:
    """Work that follows people's day but may lie in a queue is neither one nor unknown."""
    subject = workload("lambda_function", triggers=("queue:q",), series=(series("requests_count", office_day()),))

    found = classify(subject, all_rules())

    assert found.label == "mixed"
    assert "realtime if started-by-clock did not hold" in found.flips_if


def test_every_flip_that_is_named_does_flip() -> None:
    """Taking away the evidence that `flips_if` names gives the label that it names."""
    subject = workload("ec2_instance", triggers=("http:lb",))
    found = classify(subject, all_rules())

    without = classify(workload("ec2_instance"), all_rules())

    assert f"{without.label} if caller-waits did not hold" in found.flips_if


def test_the_owners_word_stands_beside_the_label() -> None:
    """The tag changes nothing in what is computed."""
    plain = classify(workload("batch_queue"), all_rules())

    tagged = classify(workload("batch_queue", tags={"aimigrate:class": " RealTime "}), all_rules())

    assert tagged.owner_label == "realtime"
    assert tagged.model_copy(update={"owner_label": None}) == plain


@pytest.mark.parametrize("word", ["", "fast", "{{ 7*7 }}", "batch\nrealtime"])
def test_a_tag_that_is_no_label_is_not_one(word: str) -> None:
    """Tags are written by others."""
    found = classify(workload(tags={"aimigrate:class": word}), all_rules())

    assert found.owner_label is None


def test_rules_that_see_the_same_thing_count_for_less_together() -> None:
    """Two opinions of one family weigh less than two of different families."""
    same = (Fixed("a", "batch", 1.0), Fixed("b", "batch", 1.0))
    apart = (Fixed("a", "batch", 1.0), Fixed("b", "batch", 1.0, family="latency"))

    together, separate = (classify(workload(), rules).batch_probability or 0 for rules in (same, apart))

    assert 0.5 < together < separate


def test_the_odds_are_the_sum_of_the_weights_that_are_shown() -> None:
    """An auditor can work the confidence out again from the evidence."""
    subject = workload(
        "sagemaker_async_endpoint", triggers=("http:invoke",), series=(series("requests_count", office_day()),)
    )

    found = classify(subject, all_rules())

    log_odds = sum(one.weight if one.leans == "batch" else -one.weight for one in found.evidence)
    assert len(found.evidence) >= 3
    assert found.batch_probability == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-4)


@pytest.mark.parametrize(("factor", "label"), [(2.0, "batch"), (0.0, "unknown")])
def test_a_fitted_factor_says_what_an_opinion_counts(factor: float, label: str) -> None:
    """A sign that data finds worthless counts nothing, and is still shown."""
    found = classify(workload(), (Fixed("a", "batch", 1.0),), fitted={"a": factor})

    assert found.label == label
    assert [one.weight for one in found.evidence] == [factor]


def test_a_rule_that_no_data_shows_counts_by_the_prior() -> None:
    """Judgement is shrunk where nothing was fitted."""
    found = classify(workload(), (Fixed("nobody-fitted-this", "batch", 1.0),))

    assert "nobody-fitted-this" not in factors()
    assert [one.weight for one in found.evidence] == [PRIOR]


def test_a_counter_that_goes_silent_is_idle_and_a_gauge_is_not() -> None:
    """No Invocations data point means no request; no data point of another source means unknown."""
    sparse = np.where(nightly() > 0, nightly(), np.nan)
    sagemaker = workload(series=(series("requests_count", sparse, source="AWS/SageMaker Invocations"),))
    other = workload(series=(series("requests_count", sparse),))

    found = [{one.signal for one in classify(w, all_rules()).evidence} for w in (sagemaker, other)]

    assert "fixed-hours" in found[0]
    assert "fixed-hours" not in found[1]


def test_each_rule_is_described_in_its_evidence() -> None:
    """A piece of evidence carries its rule's name, a positive weight and a sentence."""
    subject = workload(
        "ec2_asg",
        triggers=("queue:q",),
        compute=Compute(min_count=0),
        series=(
            series("gpu_utilization_percent", np.full(400, 97.0)),
            series("queue_depth_count", np.full(400, 5_000.0)),
        ),
        latency_objective_ms=120_000.0,
    )

    found = classify(subject, all_rules())

    names = {rule.name for rule in all_rules()}
    assert found.label == "batch"
    assert {"saturated", "kept-warm", "backlog", "latency", "started-by-clock"} == {e.signal for e in found.evidence}
    assert all(e.signal in names and e.weight > 0 and e.detail.endswith(".") for e in found.evidence)


def test_replicas_that_never_stop_lean_realtime() -> None:
    """Overlapping runs without an end, for more than a week, look like a service."""
    runs = tuple(
        Run(started_at=START + timedelta(hours=h), ended_at=None if h % 7 == 0 else START + timedelta(hours=h + 40))
        for h in range(0, 24 * 9, 8)
    )

    found = classify(workload(runs=runs), all_rules())

    assert [(e.signal, e.leans) for e in found.evidence] == [("never-ends", "realtime")]


@pytest.mark.parametrize(("replicas", "days", "speaks"), [(3, 2.5, True), (2, 2.5, False), (3, 1.5, False)])
def test_a_fleet_is_three_side_by_side_for_two_days(replicas: int, days: float, speaks: bool) -> None:  # noqa: FBT001
    """Two runs, or a heap of a day and a half, are not yet a fleet that is kept."""
    kept = tuple(Run(started_at=START) for _ in range(replicas))
    late = Run(started_at=START + timedelta(days=days), ended_at=START + timedelta(days=days))

    found = classify(workload(runs=(*kept, late)), all_rules())

    assert ("replicas-kept" in {one.signal for one in found.evidence}) is speaks
