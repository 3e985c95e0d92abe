"""The seed file says what it must, and a faulty one is refused by line."""

from collections import Counter
from pathlib import Path

import pytest

from aimigrate.demo.seed import SEED, Company, load_company
from aimigrate.errors import UsageProblem

ASKED = {
    "ec2_instance": 4,
    "ec2_asg": 4,
    "sagemaker_endpoint": 5,
    "sagemaker_async_endpoint": 2,
    "sagemaker_serverless_endpoint": 2,
    "sagemaker_training": 3,
    "sagemaker_processing": 2,
    "sagemaker_transform": 2,
    "sagemaker_notebook": 2,
    "batch_queue": 3,
    "ecs_service": 3,
    "lambda_function": 4,
}


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company()


def test_the_company_is_large_enough(company: Company) -> None:
    """At least 40 workloads of every kind, in four regions."""
    kinds = Counter(item.kind for item in company.workloads)

    assert len(company.workloads) >= 40
    assert {kind: count for kind, count in ASKED.items() if kinds[kind] < count} == {}
    assert {item.region for item in company.workloads} == set(company.regions)
    assert len(company.regions) == 4


def test_every_pattern_and_every_expectation_occurs(company: Company) -> None:
    """All six patterns; five or more to go, to stay and to need evidence; things that are no workload."""
    patterns = {item.traffic.pattern for item in company.workloads if hasattr(item, "traffic")}
    expected = Counter(item.expect for item in company.workloads)

    assert patterns == {"steady", "day_night", "bursty", "nightly", "idle", "no_data"}
    assert min(expected["go"], expected["stay"], expected["needs_evidence"]) >= 7
    assert {item.expect for item in company.others} == {"not_a_workload"}


def test_owners_overrule_what_things_do(company: Company) -> None:
    """One calls a day-and-night endpoint batch, one calls a nightly group realtime."""
    said = {(item.tags["aimigrate:class"], item.name) for item in company.workloads if "aimigrate:class" in item.tags}

    assert {("batch", "warranty-photo-tagger"), ("realtime", "night-report-vision")} <= said


def test_hostile_text_occurs_where_aws_allows_it(company: Company) -> None:
    """Markup, template braces, quotes and a new line, in names and tags."""
    text = "".join(item.name + "".join(item.tags.values()) for item in company.workloads)

    assert [part for part in ("<script>", "onerror=", "{{", "{%", '"', "'", "\n", "`") if part not in text] == []


def test_what_is_expected_to_go_is_priced_and_named(company: Company) -> None:
    """Each has a model's name, demand, and a price for its type and region."""
    prices = company.billing.prices
    going = [item for item in company.workloads if item.expect == "go"]

    for item in going:
        kind = str(getattr(item, "instance_type", ""))
        assert "aimigrate:model" in item.tags
        assert item.region in prices.ec2_usd_h[kind.removeprefix("ml.")]
        assert not kind.startswith("ml.") or kind in prices.sagemaker_premium


def test_a_faulty_seed_is_refused_by_line_and_field(tmp_path: Path) -> None:
    """A pattern that does not exist is named with its workload's line and its field, not shown as a traceback."""
    text = SEED.read_text("utf-8").replace("pattern: idle", "pattern: asleep", 1)
    before = text[: text.index("asleep")].splitlines()
    number = max(n for n, line in enumerate(before, 1) if line.startswith("  - kind:"))
    faulty = tmp_path / "company.yaml"
    faulty.write_text(text, "utf-8")

    with pytest.raises(UsageProblem) as caught:
        load_company(faulty)

    assert "pattern" in caught.value.why
    assert str(faulty) in caught.value.why
    assert f":{number}:" in caught.value.why
