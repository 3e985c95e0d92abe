"""Reading an account changes nothing in it: proven by what can be called, and by what went over the wire."""

import re
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest

from aimigrate.assess.account import ACCOUNT_ACTIONS
from aimigrate.assess.collect import collect
from aimigrate.assess.units import collectors
from aimigrate.demo.account import DemoAccount, running

_CORE = botocore.session.get_session()
_API = {"elasticloadbalancing": ("elbv2", "elb"), "states": ("stepfunctions",), "tag": ("resourcegroupstaggingapi",)}
_READS = re.compile(r"(BatchGet|Describe|Get|List)[A-Z]\w*|Search")
# Names that read as a read and are none, or that hand out what opens other things (IAM, Service Authorization
# Reference, read 2026-11: access level of each).
_NOT_READS = re.compile(
    r"GetFederationToken|GetSessionToken|GetSecretValue|GetParameters?\b|\w*(Password|Token|Secret)\w*"
)

ACTIONS = sorted(ACCOUNT_ACTIONS.union(*(item.iam_actions for item in collectors().values())))


def models_of(action: str) -> Iterator[Any]:
    """Yield botocore's model of each operation that an IAM action stands for."""
    prefix, operation = action.split(":")
    for service in _API.get(prefix, (prefix,)):
        model = _CORE.get_service_model(service)
        if operation in model.operation_names:
            yield model.operation_model(operation)


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_is_a_read_by_its_name_and_its_model(action: str) -> None:
    """It is an operation that AWS has; it gets, lists or describes; no HTTP verb of it changes anything."""
    found = list(models_of(action))

    assert found, "AWS has no such operation"
    for model in found:
        assert _READS.fullmatch(model.name)
        assert not _NOT_READS.fullmatch(model.name)
        assert model.http["method"] in ("GET", "HEAD", "POST")
        if model.service_model.protocol in ("rest-json", "rest-xml") and model.http["method"] == "POST":
            assert model.name.startswith(("Describe", "List", "Get")), "a POST that may change something"
        assert not model.has_event_stream_input
        assert "ClientToken" not in (model.input_shape.members if model.input_shape else {}), "it makes something"


def test_a_write_would_be_told_apart() -> None:
    """The test above can fail: operations that change or hand out something are refused by it."""
    for name in ("StopInstances", "CreateTags", "DeleteEndpoint", "PutMetricData", "UpdateService", "StartQuery"):
        assert not _READS.fullmatch(name)
    assert _NOT_READS.fullmatch("GetSecretValue")


@pytest.fixture(scope="module")
def account() -> Iterator[DemoAccount]:
    """Run the embedded account once for this module."""
    with running() as demo:
        yield demo


def test_every_request_on_the_wire_is_one_of_them(account: DemoAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run over the embedded account: what each request would do is in the list, by service and operation."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    sent: set[tuple[str, str, str]] = set()

    def note(request: Any, event_name: str, **_: object) -> None:  # noqa: ANN401  # botocore's
        _, service, operation = event_name.split(".")
        sent.add((service, operation, request.method))

    session.events.register("before-send.*.*", note)
    region = account.regions[0]

    collect(session, account_id=account.account_id, regions=(region,), lookback_days=1, now=account.now)

    known = {
        (model.service_model.service_id.hyphenize(), model.name, model.http["method"])
        for action in ACTIONS
        for model in models_of(action)
    }
    assert len(sent) > 40
    assert sent <= known
