"""Search in place of many Describe calls: what it spares, and that nothing is lost where it lacks or refuses.

Answers are shaped as the SageMaker API reference gives them (read 2026-11), and held against botocore's models.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from aimigrate.assess._answers import recording
from aimigrate.assess._reading import Reader
from aimigrate.assess._replay import Replay
from aimigrate.assess._sagemaker_search import ENDPOINTS, MODELS, details, tags_told
from tests.collecting import Bench, named, paged, refused
from tests.finding import recorded
from tests.recorded.sagemaker import tags
from tests.recorded_aws import NOW, Answer, Refused
from tests.unit.assess.test_sagemaker_endpoints import account, config, described, live, model, planned
from tests.unit.assess.test_sagemaker_jobs import account as account_of_jobs
from tests.unit.assess.test_sagemaker_jobs import summary, training

NAMES = ("a", "b", "c")
TEAM = [{"Key": "team", "Value": "paint"}]


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Give a bench for this module."""
    return Bench()


def searched(*endpoints: Mapping[str, Any]) -> Answer:
    """Answer Search for endpoints with these, tagged, and for everything else with nothing."""
    records = [{"Endpoint": {**one, "Tags": TEAM}} for one in endpoints]
    return lambda params: {"Results": records if params["Resource"] == "Endpoint" else []}


def three(search: Answer) -> dict[tuple[str, str], Answer]:
    """Return an account of three endpoints."""
    return account(
        {name: described(name, live("v")) for name in NAMES},
        {name: config(name, planned("v")) for name in NAMES},
        Search=search,
    )


def test_what_search_lacks_is_described_and_asked_for_its_tags(bench: Bench) -> None:
    """Two of three endpoints are in its index: one Describe and one request for tags, and all three are whole."""
    run = bench.run("sagemaker-endpoints", three(searched(*(described(name, live("v")) for name in ("a", "c")))))

    found = {one.workload.name: one.workload for one in run.found.values()}
    assert {name: one.tags["team"] for name, one in found.items()} == {"a": "paint", "b": "body", "c": "paint"}
    assert {one.compute.instance_type for one in found.values()} == {"ml.g5.xlarge"}
    assert (run.calls["DescribeEndpoint"], run.calls["GetResources"]) == (1, 1)


def test_what_changed_since_search_saw_it_is_described(bench: Bench) -> None:
    """The list says that an endpoint changed later: the state of now counts."""
    before: dict[str, Any] = {"LastModifiedTime": NOW - timedelta(days=900), "EndpointStatus": "Creating"}
    old = [described(name, live("v"), **(before if name == "b" else {})) for name in NAMES]
    run = bench.run("sagemaker-endpoints", three(searched(*old)))

    statuses = {one.facts["status"] for one in run.resources.values() if one.type == "sagemaker:endpoint"}
    assert statuses == {"InService"}
    assert run.calls["DescribeEndpoint"] == 1


def test_an_endpoint_that_only_search_knows_is_none(bench: Bench) -> None:
    """What exists is what the list says."""
    every = [described(name, live("v")) for name in (*NAMES, "ghost")]
    run = bench.run("sagemaker-endpoints", three(searched(*every)))

    assert {one.workload.name for one in run.found.values()} == set(NAMES)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InternalFailure"])
def test_without_search_each_is_described_and_nothing_is_a_hole(bench: Bench, code: str) -> None:
    """Its refusal is no hole, since the Describe calls give the same."""
    whole = bench.run("sagemaker-endpoints", three(searched(*(described(name, live("v")) for name in NAMES))))
    run = bench.run("sagemaker-endpoints", three(refused(code)))

    assert run.calls["DescribeEndpoint"] == 3
    assert "Search" not in run.coverage
    assert {entry.status for entry in run.coverage.values()} == {"complete"}
    assert run.resources == whole.resources
    assert [one.workload.compute for one in run.found.values()] == [
        one.workload.compute for one in whole.found.values()
    ]


def test_where_describes_are_denied_too_they_are_the_hole(bench: Bench) -> None:
    """The coverage names the call that would have given it."""
    answers = three(refused("AccessDeniedException"))
    answers["sagemaker", "DescribeEndpoint"] = refused("AccessDeniedException")
    run = bench.run("sagemaker-endpoints", answers)

    assert {name for name, entry in run.coverage.items() if entry.status != "complete"} == {"DescribeEndpoint"}
    assert len(run.found) == 3


def test_one_thing_is_described_and_not_searched_for(bench: Bench) -> None:
    """Search would take as many requests, and says less."""
    run = bench.run("sagemaker-endpoints", account({"a": described("a", live("v"))}, {"a": config("a", planned("v"))}))

    assert "Search" not in run.calls
    assert run.calls["DescribeEndpoint"] == 1


def test_a_second_page_of_search_that_fails_keeps_the_first() -> None:
    """Two of three came with the first page; the third alone is described; a replay of it gives the same."""

    def pages(params: dict[str, Any]) -> dict[str, Any]:
        if params.get("NextToken"):
            raise Refused("ThrottlingException")
        return {"Results": [{"Endpoint": described(name, live("v"))} for name in ("a", "b")], "NextToken": "2"}

    aws = recorded(
        {
            ("sagemaker", "Search"): pages,
            ("sagemaker", "DescribeEndpoint"): named("EndpointName", {"c": described("c", live("v"))}),
        }
    )
    reader = aws.reader()
    found = details(reader, ENDPOINTS, {name: {} for name in NAMES}, of=3)
    again = Reader(reader.scope, reader.region, Replay(recording(reader.lines or ())))

    assert {name: (one or {})["EndpointName"] for name, one in found.items()} == {name: name for name in NAMES}
    assert aws.calls["sagemaker", "DescribeEndpoint"] == 1
    assert details(again, ENDPOINTS, {name: {} for name in NAMES}, of=3) == found
    assert again.tally == reader.tally


def test_a_model_lies_one_deeper_in_a_record_and_its_variables_are_not_kept() -> None:
    """Of the environment of a container only the model's public name stays, as with DescribeModel."""
    variables = {"Environment": {"HF_MODEL_ID": "org/small", "TOKEN": "hush"}}
    records = [{"Model": {"Model": model(name, Image="i", **variables)}} for name in NAMES]
    reader = recorded({("sagemaker", "Search"): {"Results": records}}).reader()

    found = details(reader, MODELS, {name: {} for name in NAMES}, of=3)

    assert {(one or {})["PrimaryContainer"]["Environment"]["HF_MODEL_ID"] for one in found.values()} == {"org/small"}
    assert not any(b"hush" in line.text for line in reader.lines or ())


def test_tags_that_search_does_not_say_are_asked_for() -> None:
    """A record without the member says nothing of tags; one with an empty list says that there are none."""
    told: dict[str, dict[str, Any] | None] = {
        "a": {"EndpointArn": "arn:a", "Tags": []},
        "b": {"EndpointArn": "arn:b"},
        "c": None,
    }

    assert tags_told(ENDPOINTS, told) == {"arn:a": {}}


def fits(search: Answer, made: int = 3) -> dict[tuple[str, str], Answer]:
    """Return an account of two groups of training jobs, the first with `made` runs, a day apart."""
    days = [NOW - timedelta(days=number) for number in range(made, 0, -1)]
    jobs = {f"fit-{day:%Y-%m-%d}": day for day in days} | {"tune-once": days[-1]}
    return account_of_jobs(
        ListTrainingJobs=paged("TrainingJobSummaries", [summary("Training", name, at) for name, at in jobs.items()]),
        DescribeTrainingJob=named("TrainingJobName", {name: training(name, at) for name, at in jobs.items()}),
        Search=search,
    )


def trained(*names_and_days: tuple[str, int]) -> Answer:
    """Answer Search with these training jobs, if it is asked as the API reference says."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        assert params["Resource"] == "TrainingJob"
        (only,) = params["SearchExpression"]["Filters"]
        assert only == {"Name": "CreationTime", "Operator": "GreaterThan", "Value": "2026-11-05T00:00:00"}
        made = [training(name, NOW - timedelta(days=days), Tags=TEAM) for name, days in names_and_days]
        return {"Results": [{"TrainingJob": {**one, "LastModifiedTime": NOW}} for one in made]}

    return answer


def test_every_training_job_that_search_knows_says_when_it_began(bench: Bench) -> None:
    """No Describe, no request for tags, and no start is missing."""
    jobs = [("fit-2026-11-17", 3), ("fit-2026-11-18", 2), ("fit-2026-11-19", 1), ("tune-once", 1)]
    run = bench.run("sagemaker-jobs", fits(trained(*jobs)))

    workload = run.workload("sagemaker_training:fit")
    assert [one.started_at for one in workload.runs] == [
        NOW - timedelta(days=days) + timedelta(minutes=10) for days in (3, 2, 1)
    ]
    assert all(one.what != "runs.started_at" for one in workload.missing)
    assert workload.tags == {"team": "paint"}
    assert run.calls.keys().isdisjoint({"DescribeTrainingJob", "GetResources"})


def test_starts_that_search_does_not_know_are_said_to_be_missing(bench: Bench) -> None:
    """Two of three runs are in its index: the third began later than it was asked for."""
    jobs = [("fit-2026-11-17", 3), ("fit-2026-11-19", 1), ("tune-once", 1)]
    run = bench.run("sagemaker-jobs", fits(trained(*jobs)))

    (missing,) = (one for one in run.workload("sagemaker_training:fit").missing if one.what == "runs.started_at")
    assert "1 of 3 runs" in missing.reason


def test_the_tags_of_this_file_differ_from_those_of_the_tagging_api() -> None:
    """Or the tests above could not tell one source from the other."""
    assert tags({"ResourceARNList": ["arn:a"]})["ResourceTagMappingList"][0]["Tags"] != TEAM
