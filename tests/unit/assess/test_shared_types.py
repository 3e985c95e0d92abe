"""Instance types are asked for once in a region, whichever unit asks; each recording is whole all the same."""

from aimigrate.assess._answers import recording
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._live import Clients, Live
from aimigrate.assess._meter import Desk
from aimigrate.assess._reading import Reader, Scope
from tests.finding import recorded
from tests.recorded import ec2
from tests.recorded_aws import ACCOUNT, NOW, REGION, RecordedAws

TYPES = ("ec2", "DescribeInstanceTypes")


def unit(aws: RecordedAws, desk: Desk, clients: Clients, *, account: str = ACCOUNT) -> Reader:
    """Give the reader of one unit."""
    source = Live(clients, desk, account_id=account, region=REGION)
    return Reader(Scope(account, (REGION,), NOW, 14), REGION, source)


def kept(reader: Reader) -> bytes:
    """Return the recording of a unit."""
    return recording(reader.lines or ())


def test_a_second_unit_asks_only_for_what_the_first_did_not() -> None:
    """Of three types one is new: only that is asked, and the recording is that of a unit that was alone."""
    asked: list[list[str]] = []

    def answer(params: dict[str, object]) -> dict[str, object]:
        asked.append(params["Filters"][0]["Values"])  # type: ignore[index]  # as boto3 gives it
        return ec2.types(params)

    aws = recorded({TYPES: answer})
    clients, desk = Clients(aws.session, REGION), Desk()
    InstanceTypes(unit(aws, desk, clients)).learn({"g5.xlarge", "x9.large"})
    second, alone = unit(aws, desk, clients), unit(aws, Desk(), clients)

    types = InstanceTypes(second)
    types.learn({"g5.xlarge", "m5.xlarge", "x9.large"})
    InstanceTypes(alone).learn({"g5.xlarge", "m5.xlarge", "x9.large"})

    assert asked == [["g5.xlarge", "x9.large"], ["m5.xlarge"], ["g5.xlarge", "m5.xlarge", "x9.large"]]
    assert (types.accelerator("g5.xlarge"), types.facts("x9.large")) == ("A10G", None)
    assert kept(second) == kept(alone)
    assert second.tally == alone.tally


def test_a_third_unit_with_nothing_new_makes_no_call() -> None:
    """The desk counts calls that were made; the unit's own count is what it was answered."""
    aws = recorded({TYPES: ec2.types})
    clients, desk = Clients(aws.session, REGION), Desk()
    first, second = unit(aws, desk, clients), unit(aws, desk, clients)
    InstanceTypes(first).learn({"g5.xlarge"})

    InstanceTypes(second).learn({"g5.xlarge"})

    assert (aws.calls[TYPES], desk.calls) == (1, 1)
    assert kept(second) == kept(first)


def test_a_refusal_is_each_units_own_and_what_was_known_stays() -> None:
    """A type that could not be asked for is a hole; the next unit asks again."""
    aws = recorded({TYPES: ec2.types})
    clients, desk = Clients(aws.session, REGION), Desk()
    InstanceTypes(unit(aws, desk, clients)).learn({"g5.xlarge"})
    aws.refuse(*TYPES, "UnauthorizedOperation")
    second, third = unit(aws, desk, clients), unit(aws, desk, clients)

    types = InstanceTypes(second)
    types.learn({"g5.xlarge", "m5.xlarge"})
    InstanceTypes(third).learn({"m5.xlarge"})

    assert types.accelerator("g5.xlarge") == "A10G"
    assert types.facts("m5.xlarge") is None
    assert second.tally[REGION, *TYPES].status() == "partial"
    assert third.tally[REGION, *TYPES].status() == "denied"


def test_what_one_account_may_read_another_is_not_given() -> None:
    """Its role is asked for itself, so that its coverage says what it may read; likewise once it is forgotten."""
    aws = recorded({TYPES: ec2.types})
    clients, desk = Clients(aws.session, REGION), Desk()
    for account in (ACCOUNT, "210987654321"):
        InstanceTypes(unit(aws, desk, clients, account=account)).learn({"g5.xlarge"})
    desk.types.forget(ACCOUNT)
    InstanceTypes(unit(aws, desk, clients)).learn({"g5.xlarge"})
    InstanceTypes(unit(aws, desk, clients, account="210987654321")).learn({"g5.xlarge"})

    assert aws.calls[TYPES] == 3


def test_a_question_takes_along_what_other_accounts_asked_for() -> None:
    """The second account's first question holds the first's types, its recording not; its next is no call."""
    asked: list[list[str]] = []

    def answer(params: dict[str, object]) -> dict[str, object]:
        asked.append(params["Filters"][0]["Values"])  # type: ignore[index]  # as boto3 gives it
        return ec2.types(params)

    aws = recorded({TYPES: answer})
    clients, desk = Clients(aws.session, REGION), Desk()
    InstanceTypes(unit(aws, desk, clients, account="210987654321")).learn({"m5.xlarge"})
    first, second, alone = (unit(aws, each, clients) for each in (desk, desk, Desk()))
    InstanceTypes(first).learn({"g5.xlarge"})
    InstanceTypes(second).learn({"m5.xlarge"})
    InstanceTypes(alone).learn({"g5.xlarge"})

    assert asked == [["m5.xlarge"], ["g5.xlarge", "m5.xlarge"], ["g5.xlarge"]]
    assert kept(first) == kept(alone)
    assert first.tally == alone.tally
