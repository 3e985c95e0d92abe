"""Pipes of EventBridge: what a queue or a stream is led to."""

from typing import Any

import pytest

from aimigrate.assess.collectors.event_pipes import collector
from tests.finding import Seen, look
from tests.recorded.events import CLASSIFIER, HERE, MACHINE, ORDERS, QUEUE, SCORER, answers, pipe
from tests.recorded_aws import RecordedAws, Refused

PIPE = f"arn:aws:pipes:{HERE}:pipe/p"
KAFKA = f"arn:aws:kafka:{HERE}:cluster/plant/8f6ae7b2-1"


def with_one(source: str, target: str, described: dict[str, Any] | None = None, **more: Any) -> Seen:  # noqa: ANN401  # as AWS answers
    """Look at one pipe."""
    one = pipe("p", source, target, **more)
    aws = RecordedAws({("pipes", "ListPipes"): {"Pipes": [one]}})
    if described is not None:
        aws.answers["pipes", "DescribePipe"] = {**one, **described}
    seen = look(collector, aws)
    assert aws.calls["pipes", "DescribePipe"] == (described is not None)
    return seen


def test_a_queue_feeds_jobs_over_a_pipe() -> None:
    """The queue is the trigger and brings what arrives; the pipe is a step on the way."""
    seen = look(collector, RecordedAws(answers()))

    pipe_arn = f"arn:aws:pipes:{HERE}:pipe/orders-to-jobs"
    assert seen.ways == {(ORDERS, "queue:orders", f"{QUEUE} score"), (pipe_arn, "", f"{QUEUE} score")}
    assert {one.metric for link in seen.links for one in link.wanted} == {"arrivals_count", "queue_depth_count"}
    assert set(seen.resources) == {pipe_arn}


def test_what_is_called_on_the_way_is_fed_too() -> None:
    """An enrichment is a function or state machine that sees each record; the list says all of it."""
    seen = with_one(ORDERS, f"{MACHINE}:prod", Enrichment=f"{SCORER}:live")

    assert {(one.source, one.target) for one in seen.links if one.trigger} == {(ORDERS, MACHINE), (ORDERS, SCORER)}


def test_a_task_of_a_cluster_is_named_by_its_family() -> None:
    """The revision says nothing about which workload it is."""
    parameters = {"EcsTaskParameters": {"TaskDefinitionArn": f"arn:aws:ecs:{HERE}:task-definition/tagger:9"}}

    seen = with_one(ORDERS, f"arn:aws:ecs:{HERE}:cluster/vision", {"TargetParameters": parameters})

    assert {one.target for one in seen.links} == {f"arn:aws:ecs:{HERE}:task-definition/tagger"}


def test_a_job_that_is_chosen_by_the_record_is_unknown() -> None:
    """A JSON path in the record says which definition: no link is made up."""
    seen = with_one(ORDERS, QUEUE, {"TargetParameters": {"BatchJobParameters": {"JobDefinition": "$.body.job"}}})

    assert seen.links == []
    assert set(seen.resources) == {PIPE}


@pytest.mark.parametrize(
    ("source", "parameters", "trigger", "from_arn"),
    [
        (KAFKA, {"ManagedStreamingKafkaParameters": {"TopicName": "frames"}}, "stream:frames", KAFKA),
        (
            "smk://broker.example.com:9092",
            {"SelfManagedKafkaParameters": {"TopicName": "frames", "Credentials": {}}},
            "stream:frames",
            PIPE,
        ),
        (
            f"arn:aws:mq:{HERE}:broker:bus:b-1",
            {"RabbitMQBrokerParameters": {"QueueName": "work", "Credentials": {"BasicAuth": "arn:aws:x"}}},
            "queue:work",
            f"arn:aws:mq:{HERE}:broker:bus:b-1",
        ),
    ],
)
def test_topics_and_queues_of_brokers_are_named(
    source: str, parameters: dict[str, Any], trigger: str, from_arn: str
) -> None:
    """Only the description has their names."""
    seen = with_one(source, CLASSIFIER, {"SourceParameters": parameters})

    assert (from_arn, trigger, CLASSIFIER) in seen.ways


@pytest.mark.parametrize("state", ["STOPPED", "STOPPING", "CREATE_FAILED", "DELETING"])
def test_a_pipe_that_does_not_run_leads_nowhere(state: str) -> None:
    """It exists, and is not asked about."""
    seen = with_one(ORDERS, QUEUE, CurrentState=state)

    assert seen.links == []
    assert set(seen.resources) == {PIPE}


@pytest.mark.parametrize(("code", "status"), [("NotFoundException", "partial"), ("AccessDeniedException", "denied")])
def test_a_pipe_that_can_not_be_described_is_named_and_nothing_is_made_up(code: str, status: str) -> None:
    """Deleted meanwhile, or not allowed: which job it starts is unknown."""
    aws = RecordedAws(answers())
    aws.refuse("pipes", "DescribePipe", code)

    seen = look(collector, aws)

    assert seen.links == []
    assert seen.entry("pipes", "DescribePipe").status == status
    assert "orders-to-jobs" in (seen.entry("pipes", "DescribePipe").reason or "")


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """What was read is kept, and the list is partial."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            raise Refused("InternalException")
        return {"Pipes": [pipe("p", ORDERS, MACHINE)], "NextToken": "more"}

    seen = look(collector, RecordedAws({("pipes", "ListPipes"): pages}))

    assert (ORDERS, "queue:orders", MACHINE) in seen.ways
    assert seen.entry("pipes", "ListPipes").status == "partial"
