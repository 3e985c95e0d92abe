"""Every collector keeps the same promises, whoever adds it."""

import json

import pytest

from aimigrate.assess._coverage import Tally
from aimigrate.assess._found import Found
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._live import Clients
from aimigrate.assess.account import ACCOUNT_ACTIONS
from aimigrate.assess.policy import READS, policy
from aimigrate.assess.units import collectors
from tests.recorded_aws import REGION, RecordedAws, small_company

SERVICE_OF = {"tag": "resourcegroupstaggingapi", "elasticloadbalancing": "elbv2", "states": "stepfunctions"}
SAME_ACTIONS = {"elb": "elbv2"}
"""Services whose actions IAM does not tell apart."""
SPARING = {"sagemaker:Search"}
"""Actions that only spare others: what they do not give is asked for one by one."""
PAIRS = [(name, action) for name, item in collectors().items() for action in sorted(item.iam_actions)]


def operation_of(action: str) -> tuple[str, str]:
    """Return the service and operation that an IAM action stands for."""
    service, operation = action.split(":")
    return SERVICE_OF.get(service, service), operation


@pytest.fixture(scope="module")
def shared() -> tuple[RecordedAws, Clients]:
    """Give an account and its clients, made once: making a client takes longer than the test."""
    aws = small_company()
    return aws, Clients(aws.session, REGION)


def run_alone(name: str, aws: RecordedAws, clients: Clients) -> tuple[list[Found], Tally]:
    """Run one collector in one region; a measurer or a pricer is given what some finders found."""
    reader = aws.reader(clients)
    item = collectors()[name]
    if hasattr(item, "find"):
        return [one for one in item.find(reader, InstanceTypes(reader)) if isinstance(one, Found)], reader.tally
    finders = ("batch", "ec2", "ecs", "lambda")
    found = tuple(one for other in finders for one in run_alone(other, aws, clients)[0])
    if hasattr(item, "price"):
        return [Found(found[0].workload) for _ in item.price(reader, found)], reader.tally
    return [Found(workload) for workload in item.measure(reader, found)], reader.tally


@pytest.mark.parametrize(("name", "action"), [pair for pair in PAIRS if pair[1] not in SPARING])
def test_a_denied_action_is_a_hole_and_never_an_error(
    shared: tuple[RecordedAws, Clients], name: str, action: str
) -> None:
    """Each action of each collector, denied in turn: the coverage names it with the fix, nothing is raised."""
    aws, clients = shared
    service, operation = operation_of(action)
    before = dict(aws.answers)
    aws.refuse(service, operation, "AccessDeniedException")

    _, tally = run_alone(name, aws, clients)
    aws.answers = before

    holes = {key[1:]: count for key, count in tally.items() if count.refusals}
    assert {(service, called.split(" ")[0]) for service, called in holes} == {(service, operation)}
    assert all(count.status() == "denied" for count in holes.values())
    assert all(action in (count.fix() or "") for count in holes.values())


@pytest.mark.parametrize(("name", "action"), [pair for pair in PAIRS if pair[1] in SPARING])
@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "ValidationException"])
def test_a_refused_action_that_only_spares_others_costs_nothing_but_requests(
    shared: tuple[RecordedAws, Clients], name: str, action: str, code: str
) -> None:
    """The same workloads are found and the coverage has no hole: each thing was described by itself."""
    aws, clients = shared
    before = dict(aws.answers)
    allowed, _ = run_alone(name, aws, clients)
    aws.refuse(*operation_of(action), code)

    found, tally = run_alone(name, aws, clients)
    aws.answers = before

    assert [one.workload.id for one in found] == [one.workload.id for one in allowed]
    assert found
    assert not any(count.refusals for count in tally.values())


def test_what_is_called_is_what_is_published() -> None:
    """A run over one of everything calls each published action, and no other."""
    aws = small_company()

    aws.collect()

    published = {operation_of(action) for item in collectors().values() for action in item.iam_actions}
    assert {(SAME_ACTIONS.get(service, service), operation) for service, operation in aws.calls} == published


def test_the_policy_holds_each_action_once_and_only_reads() -> None:
    """The published policy is the union of what the collectors and the account check need."""
    document = json.loads(json.dumps(policy()))

    (statement,) = document["Statement"]
    wanted = ACCOUNT_ACTIONS.union(*(item.iam_actions for item in collectors().values()))
    assert statement["Action"] == sorted(wanted)
    assert all(READS.fullmatch(action) for action in statement["Action"])


def test_every_collector_finds_measures_or_prices_and_says_what_it_reads() -> None:
    """A collector is found by scanning the package; its module and class are documented."""
    for name, item in collectors().items():
        assert name == item.name
        assert sum(hasattr(item, one) for one in ("find", "measure", "price")) == 1
        assert type(item).__doc__
        assert item.iam_actions
