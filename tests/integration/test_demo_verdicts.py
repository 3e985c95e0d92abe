"""The embedded company yields verdicts of every kind, and none of go that rests on air."""

from pathlib import Path

import boto3
import pytest
import yaml

from aimigrate import demo
from aimigrate.assess.bill import read_focus
from aimigrate.assess.collect import collect
from aimigrate.assess.decide import assess
from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.sites import Hints
from aimigrate.demo.account import running
from aimigrate.registry import discover

COMPANY = Path(demo.__file__).with_name("company.yaml")
TARGETS = discover("aimigrate.planning.targets", "target")


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    """Assess the embedded account once, with its bill and without hints."""
    with running() as account, pytest.MonkeyPatch.context() as patch:
        for name, value in account.environment.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", account.endpoint_url)
        found = collect(
            boto3.Session(),
            account_id=account.account_id,
            regions=tuple(account.regions),
            lookback_days=14,
            now=account.now,
        )
        inventory = found.model_copy(update={"bill": read_focus(Path(account.bill))})
    return assess(inventory, targets=TARGETS, hints=Hints())


def test_there_are_five_of_each(assessment: Assessment) -> None:
    """A reader sees what moves, what stays, and what is not known."""
    found = assessment.totals.by_decision

    assert found["go"] >= 5
    assert found["stay"] >= 5
    assert found["needs_evidence"] >= 5


def test_no_go_rests_on_an_assumed_speed_or_an_unknown_cost(assessment: Assessment) -> None:
    """Each has a model, a demand, a cost, and a published or derived speed, and saves at the unkind end."""
    for workload in assessment.workloads:
        if workload.verdict.decision != "go":
            continue
        speed = workload.edge_fit[0].throughput_rps
        assert workload.model.family is not None
        assert workload.cost.quality != "unknown"
        assert speed is not None
        assert speed.provenance in {"published", "derived"}
        assert (workload.outcome.saving_low_usd_per_month or 0) > 0
        assert workload.verdict.flips_if


def test_the_company_expects_what_is_judged(assessment: Assessment) -> None:
    """Where the seed file says go, stay or needs_evidence, nothing contradicts it outright."""
    expected = {one["name"]: one["expect"] for one in yaml.safe_load(COMPANY.read_text("utf-8"))["workloads"]}
    opposite = {"go": {"stay"}, "stay": {"go", "conditional"}, "needs_evidence": {"go", "conditional"}}

    wrong = [
        (workload.name, workload.verdict.decision)
        for workload in assessment.workloads
        if workload.verdict.decision in opposite.get(expected.get(workload.name.rsplit("/", 1)[-1], "open"), set())
    ]

    assert wrong == []


def test_the_bill_adds_up(assessment: Assessment) -> None:
    """What workloads explain and what they don't is the whole bill, to the cent."""
    totals = assessment.totals

    assert totals.bill_total_usd is not None
    assert totals.bill_attributed_usd is not None
    assert totals.bill_unattributed_usd is not None
    assert round(totals.bill_attributed_usd + totals.bill_unattributed_usd, 2) == totals.bill_total_usd
    assert totals.bill_attributed_usd > 0
