"""The stand-in provider, called as the engine calls it, on a moto server."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from moto.server import ThreadedMotoServer
from pulumi.runtime.proto import provider_pb2 as pb

from aimigrate.demo.standin.cloud import RefusedEndpoint, loopback_endpoint
from aimigrate.demo.standin.provider import Provider, plain, struct_of
from aimigrate.demo.standin.schema import UNKNOWN


class Aborted(Exception):
    """What a refused call ends with."""


class Context:
    """Stands in for a call's context."""

    def abort(self, code: grpc.StatusCode, details: str) -> None:
        raise Aborted(f"{code.name}: {details}")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield Provider({"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "eu-west-1"})
    server.stop()


@pytest.fixture(autouse=True)
def _credentials(_no_aws_of_yours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test credentials that no one has."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def urn(token: str, name: str = "it") -> str:
    return f"urn:pulumi:stack::project::aimigrate:x:Y${token}::{name}"


def ask(provider: Provider, call: str, request: Any) -> Any:  # noqa: ANN401  # protobuf messages carry no types
    return getattr(provider, call)(request, Context())


def create(provider: Provider, token: str, **inputs: object) -> Any:  # noqa: ANN401  # as above
    return ask(provider, "Create", pb.CreateRequest(urn=urn(token), properties=struct_of(inputs)))


QUEUE = "aws:sqs/queue:Queue"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://sqs.eu-west-1.amazonaws.com",
        "http://127.0.0.1.nip.io:5000",
        "http://10.0.0.1:5000",
        "http://169.254.169.254",
        "http://user@0.0.0.0:80",
        "http://localhost.evil.example",
    ],
)
def test_an_endpoint_that_is_not_loopback_is_refused(url: str) -> None:
    """The stand-in never talks to AWS, nor to anything that only looks like this machine."""
    with pytest.raises(RefusedEndpoint, match="only talks to this machine"):
        loopback_endpoint({"AWS_ENDPOINT_URL": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000", "http://[::1]:5000", "http://localhost:5000"])
def test_loopback_is_taken(url: str) -> None:
    """The embedded account's own address is fine."""
    assert loopback_endpoint({"AWS_ENDPOINT_URL": url}) == url


def test_a_call_without_a_loopback_endpoint_makes_nothing() -> None:
    """The refusal reaches the engine as words."""
    with pytest.raises(Aborted, match="FAILED_PRECONDITION: the AWS stand-in only talks to this machine"):
        create(Provider({"AWS_ENDPOINT_URL": "https://aws.example"}), QUEUE, name="q")


def test_a_type_without_a_stand_in_is_refused(provider: Provider) -> None:
    """No silent success for what nobody wrote."""
    answer = ask(provider, "Check", pb.CheckRequest(urn=urn("aws:rds/instance:Instance"), news=struct_of({})))

    assert "has no aws:rds/instance:Instance" in answer.failures[0].reason


def test_preview_leaves_computed_values_unknown_and_makes_nothing(provider: Provider) -> None:
    """What AWS decides is unknown before `up`."""
    request = pb.CreateRequest(urn=urn(QUEUE), properties=struct_of({"name": "previewed"}), preview=True)

    answer = ask(provider, "Create", request)

    assert plain(answer.properties) == {"name": "previewed", "arn": UNKNOWN, "url": UNKNOWN}
    assert provider.cloud.client("sqs").list_queues(QueueNamePrefix="previewed").get("QueueUrls", []) == []


def test_a_change_of_the_name_replaces_and_of_a_setting_updates(provider: Provider) -> None:
    """Diff says which, and deletes first only where the name stays."""
    old = {"name": "a", "delaySeconds": 1, "fifoQueue": False}

    def diff(**new: object) -> Any:  # noqa: ANN401  # as above
        request = pb.DiffRequest(urn=urn(QUEUE), old_inputs=struct_of(old), news=struct_of({**old, **new}))
        return ask(provider, "Diff", request)

    renamed, delayed, other_kind, same = diff(name="b"), diff(delaySeconds=2), diff(fifoQueue=True), diff()

    assert (list(renamed.replaces), renamed.deleteBeforeReplace) == (["name"], False)
    assert (list(delayed.diffs), list(delayed.replaces)) == (["delaySeconds"], [])
    assert (list(other_kind.replaces), other_kind.deleteBeforeReplace) == (["fifoQueue"], True)
    assert same.changes == pb.DiffResponse.DIFF_NONE


def test_ignored_changes_are_no_difference(provider: Provider) -> None:
    """`ignore_changes` holds."""
    request = pb.DiffRequest(
        urn=urn(QUEUE),
        old_inputs=struct_of({"delaySeconds": 1}),
        news=struct_of({"delaySeconds": 2}),
        ignoreChanges=["delaySeconds"],
    )

    assert ask(provider, "Diff", request).changes == pb.DiffResponse.DIFF_NONE


def test_read_sees_what_a_person_changed(provider: Provider) -> None:
    """Refresh gets actual values for what was given, so that the next `up` puts them back."""
    made = create(provider, QUEUE, name="drifting", visibilityTimeoutSeconds=30)
    provider.cloud.client("sqs").set_queue_attributes(QueueUrl=made.id, Attributes={"VisibilityTimeout": "99"})
    given = struct_of({"name": "drifting", "visibilityTimeoutSeconds": 30})

    answer = ask(provider, "Read", pb.ReadRequest(id=made.id, urn=urn(QUEUE), properties=made.properties, inputs=given))

    assert plain(answer.inputs) == {"name": "drifting", "visibilityTimeoutSeconds": 99}


def test_import_gives_every_input(provider: Provider) -> None:
    """Reading by id alone fills in what a program would have to say."""
    made = create(provider, QUEUE, name="adopted", delaySeconds=5, tags={"owner": "us"})

    answer = ask(provider, "Read", pb.ReadRequest(id=made.id, urn=urn(QUEUE)))

    inputs = plain(answer.inputs)
    assert (inputs["name"], inputs["delaySeconds"], inputs["tags"]) == ("adopted", 5, {"owner": "us"})
    assert "arn" not in inputs


def test_read_of_what_is_gone_says_so_and_delete_is_at_peace_with_it(provider: Provider) -> None:
    """Deleted by hand: refresh drops it, destroy goes on."""
    made = create(provider, QUEUE, name="gone")
    provider.cloud.client("sqs").delete_queue(QueueUrl=made.id)

    read = ask(provider, "Read", pb.ReadRequest(id=made.id, urn=urn(QUEUE), inputs=struct_of({"name": "gone"})))
    ask(provider, "Delete", pb.DeleteRequest(id=made.id, urn=urn(QUEUE), properties=made.properties))

    assert read.id == ""


def test_aws_own_words_reach_the_engine(provider: Provider) -> None:
    """A refusal by AWS is shown, not a broken call."""
    with pytest.raises(Aborted, match="NoSuchEntity"):
        create(provider, "aws:iam/rolePolicy:RolePolicy", role="nobody", name="p", policy='{"Version": "2012-10-17"}')


def test_updated_tags_lose_what_was_taken_away(provider: Provider) -> None:
    """An update brings tags to what was given, no more."""
    made = create(provider, QUEUE, name="tagged", tags={"a": "1", "b": "2"})
    news = struct_of({"name": "tagged", "tags": {"b": "3"}})

    answer = ask(provider, "Update", pb.UpdateRequest(id=made.id, urn=urn(QUEUE), olds=made.properties, news=news))

    assert json_format.MessageToDict(answer.properties)["tags"] == {"b": "3"}
    assert provider.cloud.client("sqs").list_queue_tags(QueueUrl=made.id)["Tags"] == {"b": "3"}


def test_another_account_is_refused_when_configured(provider: Provider) -> None:
    """The setting allowedAccountIds holds, as in the real provider."""
    arguments = struct_of({"region": "eu-west-1", "allowedAccountIds": '["999999999999"]'})

    with pytest.raises(Aborted, match="AWS account 123456789012 is not allowed: 999999999999"):
        ask(provider, "Configure", pb.ConfigureRequest(args=arguments))


def test_zones_are_those_of_the_region(provider: Provider) -> None:
    """The one data source our stacks ask."""
    request = pb.InvokeRequest(tok="aws:index/getAvailabilityZones:getAvailabilityZones", args=struct_of({}))

    answer = ask(provider, "Invoke", request)

    assert plain(getattr(answer, "return"))["names"] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
