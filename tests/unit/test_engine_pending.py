"""What a dead run was making becomes a resource to look up, is asked for again, or is named."""

from typing import Any

import pytest

from aimigrate.rollout.pending import NAMED_BY, REPEATABLE, take_over

STACK = {"urn": "urn:stack", "type": "pulumi:pulumi:Stack"}


def exported(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": [STACK], "pending_operations": list(operations)}}


def begun(kind: str, *, operation: str = "creating", **inputs: object) -> dict[str, Any]:
    resource = {"urn": f"urn:{kind}", "type": kind, "custom": True, "inputs": inputs, "parent": "urn:stack"}
    return {"type": operation, "resource": resource}


@pytest.mark.parametrize(("kind", "holds"), sorted(NAMED_BY.items()))
def test_what_has_a_name_of_ours_is_looked_up_under_it(kind: str, holds: str) -> None:
    """Its id is that name; the rest of the state is as it was, and nothing is begun any more."""
    taken = take_over(exported(begun(kind, **{holds: "mine"}, other=1)))

    stack, added = taken.state["deployment"]["resources"]
    assert stack == STACK
    assert added["id"] == "mine"
    assert added["parent"] == "urn:stack"
    assert "pending_operations" not in taken.state["deployment"]
    assert taken.unsure == ()


@pytest.mark.parametrize("kind", sorted(REPEATABLE))
def test_what_can_be_asked_for_twice_is_forgotten(kind: str) -> None:
    """AWS answers a second creation with the one thing that is there."""
    taken = take_over(exported(begun(kind, name="x", bucket="x")))

    assert taken.state["deployment"]["resources"] == [STACK]
    assert taken.unsure == ()


@pytest.mark.parametrize("inputs", [{}, {"bucket": ""}, {"bucket": {"4dabf18193072939515e22adb298388d": "secret"}}])
def test_what_no_name_finds_is_named(inputs: dict[str, Any]) -> None:
    """A network has an id that AWS gives; a bucket without a name of ours has one of the engine's."""
    taken = take_over(
        exported(begun("aws:ec2/vpc:Vpc", cidr_block="10.0.0.0/16"), begun("aws:s3/bucket:Bucket", **inputs))
    )

    assert taken.unsure == ("urn:aws:ec2/vpc:Vpc", "urn:aws:s3/bucket:Bucket")
    assert taken.state["deployment"]["resources"] == [STACK]


def test_other_operations_are_left_to_the_refresh() -> None:
    """What was being changed or deleted is a resource of the state already."""
    taken = take_over(exported(begun("aws:s3/bucket:Bucket", operation="deleting", bucket="b")))

    assert taken.state["deployment"]["resources"] == [STACK]
    assert taken.unsure == ()
    assert take_over({"version": 3, "deployment": None}).state["deployment"] == {"resources": []}
