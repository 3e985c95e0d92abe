"""What is kept of AWS's answers: everything but secrets, and the same whether just read or read again."""

import json
from datetime import UTC, datetime, timedelta

from aimigrate.assess._answers import Answer, Recorded, freeze, line_of, question, recording, thaw
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

    content = recording([line_of(first), line_of(second)])

    assert content == recording([line_of(second), line_of(first)])
    assert sorted(Recorded(content).answers(), key=lambda one: one.asked) == sorted(
        [first, second], key=lambda one: one.asked
    )


def test_even_times_are_kept_as_start_step_and_count() -> None:
    """Two weeks of points carry no list of times, and come back as the same times."""
    start = datetime(2026, 11, 6, tzinfo=UTC)
    times = [start + timedelta(minutes=5 * number) for number in range(4032)]

    frozen = freeze({"Timestamps": times})

    assert frozen == {"Timestamps": {"$every": [start.timestamp(), 300.0, 4032]}}
    assert list(thaw(frozen)["Timestamps"]) == times


def test_of_a_models_environment_only_the_public_name_of_a_model_is_kept() -> None:
    """Which public model a container loads is no secret; the token beside it is."""
    given = {"Environment": {"HF_MODEL_ID": "mistralai/Mistral-7B-v0.1", "HF_TOKEN": "hunter2"}}

    assert freeze(given) == {"Environment": {"HF_MODEL_ID": "mistralai/Mistral-7B-v0.1"}}
    assert freeze({"Environment": {"HF_MODEL_ID": "hunter2", "HF_TOKEN": "hunter2"}}) == {}
    assert freeze({"Environment": {"Variables": {"HF_MODEL_ID": "a/b"}}}) == {}
