"""Instance types: what they hold, each asked for once, many at a time."""

from typing import Any

from aimigrate.assess._instance_types import InstanceTypes, family_accelerator, types_named
from tests.finding import recorded
from tests.recorded import ec2
from tests.recorded_aws import RecordedAws


def types_of(aws: RecordedAws) -> InstanceTypes:
    """Give the types of one unit."""
    return InstanceTypes(aws.reader())


def test_the_types_that_an_answer_names_are_found_however_deep() -> None:
    """Of jobs, variants and environments; SageMaker's word for its own machine is no type."""
    answer: list[Any] = [
        {"ResourceConfig": {"InstanceGroups": [{"InstanceType": "ml.g5.xlarge"}, {"InstanceType": "ml.m5.large"}]}},
        {"ProductionVariants": [{"InstancePools": [{"InstanceType": "ml.g6.xlarge"}]}]},
        {"ResourceSpec": {"InstanceType": "system"}, "Name": "g4dn.xlarge"},
        None,
    ]

    assert types_named(answer) == {"ml.g5.xlarge", "ml.m5.large", "ml.g6.xlarge"}


def test_a_type_is_asked_for_once() -> None:
    """Also as SageMaker names it, and also where AWS had no answer."""
    aws = recorded({("ec2", "DescribeInstanceTypes"): ec2.types})
    types = types_of(aws)

    types.learn({"g5.xlarge", "ml.g5.xlarge", "x9.large"})
    found = types.accelerator("ml.g5.xlarge"), types.facts("x9.large"), types.accelerator("g5.xlarge")

    assert found == ("A10G", None, "A10G")
    assert aws.calls["ec2", "DescribeInstanceTypes"] == 1


def test_a_hundred_types_are_asked_for_at_once() -> None:
    """250 types cost three requests: a page holds no more."""
    aws = recorded()
    types_of(aws).learn(f"m{number}.large" for number in range(250))

    assert aws.calls["ec2", "DescribeInstanceTypes"] == 3


def test_without_an_answer_a_family_still_says_what_it_holds() -> None:
    """The table knows families; number and memory stay unknown."""
    aws = recorded()
    aws.refuse("ec2", "DescribeInstanceTypes", "UnauthorizedOperation")
    types = types_of(aws)

    assert (types.accelerator("trn2u.48xlarge"), types.facts("trn2u.48xlarge")) == ("Trainium2", None)
    assert types.accelerator("m5.large") is None
    assert family_accelerator("g6e") == "L40S"
