"""Parts of collection that need no AWS: refusals, counts, names, grain, series."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from aimigrate.assess._coverage import Count, coverage_of
from aimigrate.assess._found import Found
from aimigrate.assess._grain import settle
from aimigrate.assess._refusals import Refusal, refusal_of
from aimigrate.assess._runs import base_name
from aimigrate.assess._schedules import plain_definition
from aimigrate.assess._signs import signs_of_a_model
from aimigrate.contracts.inventory import Workload, WorkloadKind
from aimigrate.errors import AccountProblem


def _error(code: str, message: str = "said AWS") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "ListThings")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDeniedException", "denied"),
        ("UnauthorizedOperation", "denied"),
        ("ThrottlingException", "throttled"),
        ("RequestLimitExceeded", "throttled"),
        ("501", "unsupported"),
        ("UnknownOperationException", "unsupported"),
        ("InternalFailure", "failed"),
        ("503", "failed"),
        ("ResourceNotFound", "gone"),
    ],
)
def test_each_known_code_has_its_status(code: str, status: str) -> None:
    """The table says what an answer means, and the reason names the action and the code."""
    refusal = refusal_of(_error(code), "things:ListThings")

    assert refusal.status == status
    assert "things:ListThings" in refusal.reason
    assert code in refusal.reason


def test_sagemaker_says_gone_in_the_message_only() -> None:
    """A general code is read as gone only when the message says that the thing is not there."""
    assert refusal_of(_error("ValidationException", "Could not find endpoint 'x'"), "a:B").status == "gone"
    with pytest.raises(ClientError):
        refusal_of(_error("ValidationException", "NextToken is malformed"), "a:B")


def test_an_unknown_error_is_raised() -> None:
    """What is not in the table is nobody's hole: it ends the run with its traceback."""
    with pytest.raises(ClientError):
        refusal_of(_error("TeapotException"), "a:B")


def test_a_lost_connection_is_failed() -> None:
    """A timeout says nothing about permissions or support."""
    refusal = refusal_of(ReadTimeoutError(endpoint_url="https://ec2.example"), "ec2:DescribeInstances")

    assert refusal.status == "failed"


@pytest.mark.parametrize("code", ["ExpiredToken", "RequestExpired", "UnrecognizedClientException"])
def test_unusable_credentials_end_the_run(code: str) -> None:
    """An expired or refused credential is the person's to mend, not a hole in the coverage."""
    with pytest.raises(AccountProblem):
        refusal_of(_error(code), "a:B")


def test_a_page_that_fails_after_the_first_is_partial() -> None:
    """What was read is kept and counted, and the entry is no longer complete."""
    count = Count(reads=1, items=100, refusals=[(Refusal("throttled", "a:B was answered with Throttling", "wait"), "")])

    entry = coverage_of("1", [{("eu-west-1", "a", "B"): count}]).entries[0]

    assert (entry.status, entry.items) == ("partial", 100)
    assert entry.reason == "a:B was answered with Throttling"


def test_nothing_read_is_null_items_and_never_zero() -> None:
    """A denied call has no number of items."""
    count = Count(refusals=[(Refusal("denied", "no", "ask"), "")])

    entry = coverage_of("1", [{("eu-west-1", "a", "B"): count}]).entries[0]

    assert (entry.status, entry.items, entry.fix) == ("denied", None, "ask")


def test_counts_add_up_in_any_order() -> None:
    """The order in which threads finish does not show in the coverage."""
    refusal = Refusal("gone", "a:B was answered with ResourceNotFound", "again")

    def tallies() -> list[dict[tuple[str, str, str], Count]]:
        return [
            {("r", "a", "B"): Count(1, 1)},
            {("r", "a", "B"): Count(0, 0, [(refusal, "x")])},
            {("r", "a", "B"): Count(0, 0, [(refusal, "y")])},
        ]

    forward, backward = coverage_of("1", tallies()), coverage_of("1", reversed(tallies()))

    assert forward == backward
    assert forward.entries[0].reason == "a:B was answered with ResourceNotFound (2 times): x, y"
    assert forward.entries[0].status == "partial"


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("churn-2026-11-20-02-00-14-123", "churn"),
        ("churn-2026-11-20-02-00-14", "churn"),
        ("churn-2026-11-20", "churn"),
        ("nightly-scoring-20261120T020000Z", "nightly-scoring"),
        ("nightly-scoring-20261120-0200", "nightly-scoring"),
        ("resnet50-train-17", "resnet50-train"),
        ("resnet50-train-3fa9c1d2", "resnet50-train"),
        ("resnet50", "resnet50"),
        ("facade-defaced", "facade-defaced"),
        ("2026-11-20", "2026-11-20"),
    ],
)
def test_the_stamp_of_a_job_name_is_left_out(name: str, base: str) -> None:
    """Runs of one thing share a base name; words that look a little like a stamp stay."""
    assert base_name(name) == base


def test_a_batch_definition_is_named_without_its_revision() -> None:
    """An ARN, a name with a revision, and a bare name are the same definition."""
    arn = "arn:aws:batch:eu-west-1:123456789012:job-definition/score:7"

    assert {plain_definition(arn), plain_definition("score:7"), plain_definition("score")} == {"score"}


@pytest.mark.parametrize(
    ("name", "tags", "image"),
    [
        ("thumbnailer", {"team": "web"}, None),
        ("billing-export", {"model": "none", "ml": "false"}, "registry/billing:1"),
        ("mailer", {}, "123.dkr.ecr.eu-west-1.amazonaws.com/mailer:v2"),
        ("email-html", {"owner": "small-team"}, None),
    ],
)
def test_an_ordinary_thing_shows_no_sign_of_a_model(name: str, tags: dict[str, str], image: str | None) -> None:
    """Words that merely contain `ml` or `ai`, and tags that say no, are no sign."""
    assert signs_of_a_model(name, tags, image) == ()


def test_signs_say_where_they_were_seen() -> None:
    """Each sign is evidence a person can look up."""
    signs = signs_of_a_model("fraud-scoring", {"model": "xgboost-7", "team": "risk"}, "repo/onnxruntime:1")

    assert signs == ("tag model=xgboost-7", "name has 'scoring'", "image has 'onnxruntime'")


def _found(kind: WorkloadKind, name: str, *resources: str, arn: str | None = None) -> Found:
    return Found(Workload(id=f"{kind}:r:{name}", kind=kind, region="r", name=name, arn=arn, resources=resources))


def test_a_service_takes_its_instances_from_their_group() -> None:
    """A group whose instances all serve one ECS service is that service's: cost is not counted twice."""
    group = _found("ec2_asg", "g", "arn:g", "i-1", "i-2", "vol-1", arn="arn:g")
    service = _found("ecs_service", "s", "arn:s", "i-1", "i-2", arn="arn:s")

    settled = settle([group, service]).found

    assert [item.workload.id for item in settled] == ["ecs_service:r:s"]
    assert settled[0].workload.resources == ("arn:g", "arn:s", "i-1", "i-2", "vol-1")


def test_a_group_keeps_what_no_service_claims() -> None:
    """Each resource is in one workload, whoever else named it."""
    group = _found("ec2_asg", "g", "arn:g", "i-1", "i-2", arn="arn:g")
    service = _found("ecs_service", "s", "arn:s", "i-1", arn="arn:s")

    settled = {item.workload.id: item.workload.resources for item in settle([service, group]).found}

    assert settled == {"ec2_asg:r:g": ("arn:g", "i-2"), "ecs_service:r:s": ("arn:s", "i-1")}
