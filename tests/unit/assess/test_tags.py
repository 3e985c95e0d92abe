"""The tags sweep: few requests, and unknown where it was refused or cut."""

from collections.abc import Callable
from typing import Any

import pytest

from aimigrate.assess._live import Clients
from aimigrate.assess._reading import Reader
from aimigrate.assess._tags import tags_by_arn, tags_missing, tags_of_arns
from tests.recorded_aws import ACCOUNT, REGION, RecordedAws, Refused

CALL = ("resourcegroupstaggingapi", "GetResources")


def arn(number: int) -> str:
    """Return the ARN of a function."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f{number:03d}"


def mapping(number: int) -> dict[str, Any]:
    """Return one entry of ResourceTagMappingList (Resource Groups Tagging API reference, GetResources)."""
    return {"ResourceARN": arn(number), "Tags": [{"Key": "team", "Value": f"t{number}"}]}


@pytest.fixture(scope="module")
def shared() -> tuple[RecordedAws, Clients]:
    """Give clients made once."""
    aws = RecordedAws()
    return aws, Clients(aws.session, REGION)


@pytest.fixture
def ask(shared: tuple[RecordedAws, Clients]) -> Callable[[Any], tuple[RecordedAws, Reader]]:
    """Give a reader whose tagging API answers as told."""
    aws, clients = shared
    aws.calls.clear()

    def with_answer(answer: Any) -> tuple[RecordedAws, Reader]:  # noqa: ANN401  # as the table has it
        aws.answers = {CALL: answer}
        return aws, aws.reader(clients)

    return with_answer


def test_a_sweep_asks_for_the_largest_pages_and_follows_each(ask: Callable[[Any], tuple[RecordedAws, Reader]]) -> None:
    """250 tagged things are 3 requests, each of 100 things of the types wanted."""

    def pages(params: dict[str, Any]) -> dict[str, Any]:
        assert (params["ResourcesPerPage"], params["ResourceTypeFilters"]) == (100, ["lambda:function"])
        start = int(params.get("PaginationToken", "0"))
        more = str(start + 100) if start + 100 < 250 else ""
        page = [mapping(n) for n in range(start, min(start + 100, 250))]
        return {"ResourceTagMappingList": page, "PaginationToken": more}

    aws, reader = ask(pages)

    tags = tags_by_arn(reader, ("lambda:function",))

    assert (len(tags), aws.calls[CALL]) == (250, 3)
    assert tags[arn(249)] == {"team": "t249"}


def test_tags_of_known_things_take_a_request_for_each_hundred(
    ask: Callable[[Any], tuple[RecordedAws, Reader]],
) -> None:
    """201 ARNs, one of them twice, are 3 requests with nothing but ARNs; none at all is no request."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        assert set(params) == {"ResourceARNList"}
        assert len(params["ResourceARNList"]) <= 100
        known = {arn(n): mapping(n) for n in range(200)}
        return {"ResourceTagMappingList": [known[name] for name in params["ResourceARNList"] if name in known]}

    aws, reader = ask(answer)

    assert tags_of_arns(reader, ()) == {}
    assert aws.calls[CALL] == 0
    tags = tags_of_arns(reader, [arn(n) for n in (*range(201), 7)])

    assert (len(tags), aws.calls[CALL]) == (200, 3)
    assert tags_missing(reader, tags, arn(200)) == ()  # never tagged: not in the answer, and nothing is missing


def test_a_refused_sweep_is_said_of_each_thing(ask: Callable[[Any], tuple[RecordedAws, Reader]]) -> None:
    """No answer is not "no tags": it is missing, with the reason and the action to allow."""

    def denied(_: dict[str, Any]) -> dict[str, Any]:
        raise Refused("AccessDeniedException")

    _, reader = ask(denied)

    tags = tags_by_arn(reader, ("lambda:function",))

    (missing,) = tags_missing(reader, tags, arn(1))
    assert (tags, missing.what) == ({}, "tags")
    assert "AccessDeniedException" in missing.reason
    assert "tag:GetResources" in (missing.fix or "")


def test_a_sweep_cut_after_the_first_page_keeps_what_it_has(
    ask: Callable[[Any], tuple[RecordedAws, Reader]],
) -> None:
    """What the first page gave is known; what it did not give is unknown."""

    def cut(params: dict[str, Any]) -> dict[str, Any]:
        if "PaginationToken" in params:
            raise Refused("ThrottledException")
        return {"ResourceTagMappingList": [mapping(1)], "PaginationToken": "more"}

    _, reader = ask(cut)

    tags = tags_by_arn(reader, ("lambda:function",))

    assert tags == {arn(1): {"team": "t1"}}
    assert tags_missing(reader, tags, arn(1)) == ()
    (missing,) = tags_missing(reader, tags, arn(2))
    assert "ThrottledException" in missing.reason


def test_a_hostile_tag_is_kept_as_it_is(ask: Callable[[Any], tuple[RecordedAws, Reader]]) -> None:
    """A tag is text and no more; one without a value is empty, and keys come sorted."""
    hostile = "\u202e<script>'; DROP--"
    given = [{"Key": hostile, "Value": hostile}, {"Key": "a", "Value": ""}]
    _, reader = ask({"ResourceTagMappingList": [{"ResourceARN": arn(1), "Tags": given}]})

    tags = tags_of_arns(reader, [arn(1)])

    assert list(tags[arn(1)].items()) == [("a", ""), (hostile, hostile)]
