"""A session for reading has clients that read and can't do anything else."""

import boto3
import pytest
from botocore.exceptions import OperationNotPageableError

from aimigrate.assess._session import for_reading
from aimigrate.assess.units import collectors

_API = {"elasticloadbalancing": "elbv2", "states": "stepfunctions", "tag": "resourcegroupstaggingapi"}


def session() -> boto3.Session:
    """Return a session for reading."""
    made = boto3.Session("AKIAEXAMPLE", "example", region_name="eu-central-1")
    for_reading(made)
    return made


@pytest.fixture(scope="module")
def reading() -> boto3.Session:
    """Return one session for all tests: reading the models takes most of them."""
    return session()


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("ec2", "terminate_instances"),
        ("ec2", "run_instances"),
        ("sagemaker", "delete_endpoint"),
        ("batch", "submit_job"),
        ("lambda", "invoke"),
        ("sqs", "receive_message"),
        ("autoscaling", "set_desired_capacity"),
    ],
)
def test_a_client_has_no_call_that_changes_something(reading: boto3.Session, service: str, call: str) -> None:
    """What writes, starts or takes is no method of the client at all."""
    assert not hasattr(reading.client(service), call)  # type: ignore[call-overload]  # by name


def test_each_action_of_a_collector_can_be_called(reading: boto3.Session) -> None:
    """No operation that a collector asks for is left out."""
    actions = sorted({action for one in collectors().values() for action in one.iam_actions})
    lacking = []
    for action in actions:
        service, operation = action.split(":")
        client = reading.client(_API.get(service, service))  # type: ignore[call-overload]  # by name
        if operation not in client.meta.service_model.operation_names:
            lacking.append(action)
    assert lacking == []


def test_what_opens_an_account_can_be_called(reading: boto3.Session) -> None:
    """Taking the role of an account, who one is, and which accounts and regions there are."""
    assert reading.client("sts").assume_role
    assert reading.client("sts").get_caller_identity
    assert reading.client("organizations").get_paginator("list_accounts")
    assert reading.client("ec2").describe_regions


def test_lists_are_paged_as_before(reading: boto3.Session) -> None:
    """Paginators come from another model, which is whole."""
    assert reading.client("ec2").can_paginate("describe_instances")
    with pytest.raises(OperationNotPageableError):
        reading.client("ec2").get_paginator("describe_regions")


def test_making_a_session_one_for_reading_twice_changes_nothing() -> None:
    """The models are narrowed once."""
    made = session()
    core = made._session
    before = core.get_component("data_loader")
    for_reading(made)
    assert core.get_component("data_loader") is before


def test_other_sessions_are_as_they_were(reading: boto3.Session) -> None:
    """Only the session that was given is narrowed, and not the models that all share."""
    assert not hasattr(reading.client("sqs"), "send_message")
    assert boto3.Session("AKIAEXAMPLE", "example", region_name="eu-central-1").client("sqs").send_message
