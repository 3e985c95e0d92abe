"""Functions that run a model: what they are, what feeds them, what is kept ready."""

from typing import Any

import pytest

from aimigrate.assess.collectors.aws_lambda import collector
from tests.finding import Seen, look
from tests.recorded.lambda_ import ARN, CLASSIFIER, MAILER, SCORER, answers, function, mapping
from tests.recorded_aws import ACCOUNT, REGION, RecordedAws, Refused

ID = "lambda_function:eu-central-1"
HERE = f"{REGION}:{ACCOUNT}"


def fed_by(*mappings: dict[str, Any]) -> Seen:
    """Look at the functions with these event source mappings."""
    aws = RecordedAws(answers())
    aws.answers["lambda", "ListEventSourceMappings"] = {"EventSourceMappings": list(mappings)}
    return look(collector, aws)


def test_a_function_that_runs_a_model_is_a_workload_and_every_other_a_resource() -> None:
    """By its name and memory, or by its image; nothing that exists is left out."""
    seen = look(collector, RecordedAws(answers()))

    assert set(seen.workloads) == {f"{ID}:classifier", f"{ID}:scorer"}
    assert set(seen.resources) == {MAILER}
    assert seen.resources[MAILER].type == "lambda:function"
    assert seen.workloads[f"{ID}:classifier"].model.image == "registry/classifier:7"


def test_what_is_kept_ready_and_what_is_reserved_are_its_least_and_its_most() -> None:
    """Provisioned concurrency of all aliases; reserved concurrency; nothing provisioned is a least of 0."""
    found = look(collector, RecordedAws(answers())).workloads
    classifier, scorer = (found[f"{ID}:{name}"].compute for name in ("classifier", "scorer"))

    assert (classifier.min_count, classifier.max_count) == (2, 20)
    assert (scorer.min_count, scorer.max_count) == (0, None)


def test_a_url_of_an_alias_is_a_trigger() -> None:
    """Callers reach the alias by HTTP, though the function itself has no URL."""
    found = look(collector, RecordedAws(answers())).workloads

    assert found[f"{ID}:classifier"].triggers == ("http:url",)
    assert found[f"{ID}:scorer"].triggers == ()


def test_an_accelerator_says_by_itself_that_a_model_runs() -> None:
    """A function that asks for an accelerator needs no word of its owner."""
    aws = RecordedAws(answers())
    aws.answers["lambda", "ListFunctions"] = {
        "Functions": [function("plain", AcceleratorConfig={"AcceleratorMemorySize": 24})]
    }

    (workload,) = look(collector, aws).workloads.values()

    assert workload.compute.gpu_memory_gib == 24.0
    assert "asks for an accelerator with 24 GiB" in workload.signs


@pytest.mark.parametrize(
    ("source", "trigger", "counted"),
    [
        (f"arn:aws:sqs:{HERE}:invoices", "queue:invoices", ("AWS/SQS", "NumberOfMessagesSent", "QueueName")),
        (f"arn:aws:kinesis:{HERE}:stream/clicks", "stream:clicks", ("AWS/Kinesis", "IncomingRecords", "StreamName")),
        (f"arn:aws:dynamodb:{HERE}:table/orders/stream/2026-01-01T00:00:00.000", "stream:orders", None),
        (f"arn:aws:mq:{HERE}:broker:bus:b-1", "queue:bus", None),
        (f"arn:aws:rds:{HERE}:cluster:documents", "stream:documents", None),
    ],
)
def test_a_mapping_leads_from_the_queue_or_stream_to_the_function(
    source: str, trigger: str, counted: tuple[str, str, str] | None
) -> None:
    """It is named as its owner calls it, and brings the metric of what arrives where AWS has one."""
    (link,) = fed_by(mapping(source, f"{CLASSIFIER}:live")).links

    assert (link.source, link.trigger, link.target) == (source, trigger, CLASSIFIER)
    arrivals = [one for one in link.wanted if one.metric == "arrivals_count"]
    assert [(one.namespace, one.name, one.dimensions[0][0]) for one in arrivals] == ([counted] if counted else [])


def test_a_queue_also_tells_how_deep_it_is() -> None:
    """The messages that wait are the backlog."""
    (link,) = fed_by(mapping(f"arn:aws:sqs:{HERE}:invoices", CLASSIFIER)).links

    assert [(one.metric, one.name) for one in link.wanted][1] == (
        "queue_depth_count",
        "ApproximateNumberOfMessagesVisible",
    )


def test_a_reader_of_a_stream_stands_for_the_stream() -> None:
    """An enhanced fan-out consumer has an ARN of its own; what arrives is the stream's."""
    stream = f"arn:aws:kinesis:{HERE}:stream/clicks"

    (link,) = fed_by(mapping(f"{stream}/consumer/fast:1", CLASSIFIER)).links

    assert (link.source, link.trigger) == (stream, "stream:clicks")


def test_a_topic_is_counted_in_messages_whatever_the_period() -> None:
    """MSK publishes a rate per second each minute: the sum of the rates times 60 is a count."""
    cluster = f"arn:aws:kafka:{HERE}:cluster/plant/8f6ae7b2-1"

    (link,) = fed_by(mapping(cluster, CLASSIFIER, Topics=["frames"])).links

    (wanted,) = link.wanted
    assert link.trigger == "stream:frames"
    assert (wanted.statistic, wanted.scale, wanted.exact) == ("Sum", 60.0, False)
    assert wanted.dimensions == (("Cluster Name", "plant"), ("Topic", "frames"))


def test_a_kafka_cluster_of_ones_own_feeds_too() -> None:
    """It has no ARN: the mapping stands for it."""
    own = mapping("", CLASSIFIER, Topics=["frames"], SelfManagedEventSource={"Endpoints": {}})
    del own["EventSourceArn"]

    (link,) = fed_by(own).links

    assert (link.source, link.trigger) == (own["EventSourceMappingArn"], "stream:frames")


@pytest.mark.parametrize("state", ["Disabled", "Disabling", "Deleting"])
def test_a_mapping_that_is_off_feeds_nothing(state: str) -> None:
    """What takes nothing from its queue is no trigger."""
    assert fed_by(mapping(f"arn:aws:sqs:{HERE}:invoices", CLASSIFIER, State=state)).links == []


def test_what_reads_into_an_ordinary_function_is_not_followed() -> None:
    """Only what runs a model is fed; nothing is asked where nothing does."""
    aws = RecordedAws(answers())
    aws.answers["lambda", "ListFunctions"] = {"Functions": [function("mailer")]}

    seen = look(collector, aws)

    assert fed_by(mapping(f"arn:aws:sqs:{HERE}:mails", MAILER)).links == []
    assert set(seen.resources) == {MAILER}
    assert dict(aws.calls) == {("lambda", "ListFunctions"): 1, ("resourcegroupstaggingapi", "GetResources"): 1}


def test_the_fewest_requests_are_made() -> None:
    """One list each, one request for each image, and for what runs a model only what no list tells."""
    aws = RecordedAws(answers())

    look(collector, aws)

    assert dict(aws.calls) == {
        ("lambda", "ListFunctions"): 1,
        ("lambda", "ListEventSourceMappings"): 1,
        ("lambda", "GetFunction"): 1,
        ("lambda", "GetFunctionConcurrency"): 1,
        ("lambda", "ListFunctionUrlConfigs"): 2,
        ("lambda", "ListProvisionedConcurrencyConfigs"): 2,
        ("resourcegroupstaggingapi", "GetResources"): 1,
    }


@pytest.mark.parametrize(
    ("operation", "what"),
    [
        ("ListProvisionedConcurrencyConfigs", "compute.min_count"),
        ("GetFunctionConcurrency", "compute.max_count"),
        ("ListFunctionUrlConfigs", "triggers"),
    ],
)
def test_what_was_denied_is_unknown_with_the_fix(operation: str, what: str) -> None:
    """No least, no most and no URL are not 0, not unlimited and not none."""
    aws = RecordedAws(answers())
    aws.refuse("lambda", operation, "AccessDeniedException")

    seen = look(collector, aws)

    scorer = seen.workloads[f"{ID}:scorer"]
    assert [(one.what, f"lambda:{operation}" in (one.fix or "")) for one in scorer.missing] == [(what, True)]
    assert scorer.compute.min_count == (None if what == "compute.min_count" else 0)
    assert seen.entry("lambda", operation).status == "denied"


def test_a_function_deleted_between_list_and_describe_is_named_and_no_workload() -> None:
    """An image is asked for; what went meanwhile is in the coverage by name."""
    aws = RecordedAws(answers())
    aws.refuse("lambda", "GetFunction", "ResourceNotFoundException")

    seen = look(collector, aws)

    assert set(seen.workloads) == {f"{ID}:scorer"}
    assert CLASSIFIER not in seen.resources
    assert "classifier" in (seen.entry("lambda", "GetFunction").reason or "")


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """50 functions are a page; what was read before the failure is kept."""
    names = [f"job-{number:03d}" for number in range(50)]

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "Marker" in given:
            raise Refused("TooManyRequestsException")
        return {"Functions": [function(name) for name in names], "NextMarker": "more"}

    seen = look(collector, RecordedAws({("lambda", "ListFunctions"): pages}))

    assert set(seen.resources) == {f"{ARN}:{name}" for name in names}
    assert seen.entry("lambda", "ListFunctions").status == "partial"


def test_no_secret_of_a_function_is_recorded() -> None:
    """Environment variables are in AWS's answers; none reaches a recording."""
    seen = look(collector, RecordedAws(answers()))

    assert "hunter2" not in repr(seen.reader.lines)
    assert SCORER in repr(seen.reader.lines)
