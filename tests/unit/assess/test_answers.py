"""What is kept of AWS's answers: everything but secrets, and the same whether just read or read again."""

import json
from datetime import UTC, datetime

from aimigrate.assess._answers import Answer, freeze, question, recorded, recording, thaw
from aimigrate.assess._refusals import Refusal


def test_times_and_bytes_come_back_as_they_were() -> None:
    """A list of times, one time, and bytes survive being written as JSON."""
    at = datetime(2026, 11, 20, 1, 2, 3, 456000, tzinfo=UTC)
    value = {"one": at, "many": [at, at], "raw": b"\x00\xff", "deep": [{"at": at}], "empty": []}

    assert thaw(json.loads(json.dumps(freeze(value)))) == value


def test_a_tag_is_never_mistaken_for_a_mark_or_a_secret_member() -> None:
    """An owner may call a tag `$at` or `Environment`; both are kept as they are."""
    value = {"Tags": {"$at": "noon", "Environment": "dev", "$$": "x"}, "$at": "a member"}

    assert thaw(freeze(value)) == value


def test_the_definition_of_a_state_machine_keeps_only_what_it_starts() -> None:
    """A secret written into a task's parameters is not kept; the function it calls is."""
    function = "arn:aws:lambda:eu-central-1:123456789012:function:classify"
    task = {"Type": "Task", "Resource": function, "Parameters": {"Password": "hunter2"}}

    kept = freeze({"definition": json.dumps({"States": {"one": task}}), "Input": '{"Password": "hunter2"}'})

    assert "hunter2" not in json.dumps(kept)
    assert function in kept["definition"]


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    """What is no text can be written nowhere, and does not end a run."""
    assert freeze({"Name": "a\ud800b"})["Name"].encode() == "a\ufffdb".encode()


def test_a_recording_is_the_same_whatever_order_the_answers_came_in() -> None:
    """Threads do not show in the bytes, and everything comes back, refusals too."""
    refusal = Refusal("denied", "why", "fix")
    first = Answer("ec2", "DescribeInstances", question("Reservations", {"MaxResults": 5}), [{"a": "\u2028\n"}], 1)
    second = Answer("ec2", "DescribeInstances", question("Reservations", {}), [], 0, refusal)

    assert recording([first, second]) == recording([second, first])
    assert sorted(recorded(recording([second, first])), key=lambda one: one.asked) == sorted(
        [first, second], key=lambda one: one.asked
    )
