"""A run that ends early keeps what it read: an expired token, a wrong clock. AWS is answered below the socket."""

import re
from pathlib import Path

import pytest

from aimigrate.errors import AccountProblem
from tests.faults import faults
from tests.faults.account import REGIONS, cloud_of, seeded
from tests.faults.cloud import Fault, Refused
from tests.faults.running import LATER, asked_of, assess, bytes_of, calls_of, finished_units

EXPIRED = Refused("ExpiredTokenException", "The security token included in the request is expired")
SKEWED = "Signature expired: 20261119T234000Z is now earlier than 20261119T235500Z (20261120T000000Z - 5 min.)"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a run in which nothing went wrong."""
    out = tmp_path_factory.mktemp("undisturbed")
    assessed = assess(cloud_of(seeded(regions=REGIONS[:1])), out)
    assert assessed.assessment.coverage.holes == 0
    return out


def _ends_early(out: Path, fault: Fault) -> AccountProblem:
    cloud = cloud_of(seeded(regions=REGIONS[:1]))
    cloud.fault = fault
    with pytest.raises(AccountProblem) as caught:
        assess(cloud, out)
    return caught.value


def told_of(problem: AccountProblem) -> int:
    """Return how many units a problem says are kept."""
    match = re.search(r"; (\d+) units are read and kept", problem.why)
    return int(match[1]) if match else 0


def test_a_token_that_expires_in_the_middle_loses_nothing_that_was_read(undisturbed: Path, tmp_path: Path) -> None:
    """The run says how many units are kept; with a fresh token the next one asks for the others alone."""
    problem = _ends_early(tmp_path, faults.from_call(60, EXPIRED))
    kept = finished_units(tmp_path)

    assert "expired" in problem.what
    assert 0 < told_of(problem) <= len(kept)  # what was in flight then may still have ended well
    assert "sign in again" in problem.fix

    cloud = cloud_of(seeded(regions=REGIONS[:1]))
    assess(cloud, tmp_path, number=1, now=LATER)

    assert asked_of(cloud) == calls_of(undisturbed, but=kept)
    assert bytes_of(tmp_path) == bytes_of(undisturbed)


def test_the_calls_of_a_whole_run_are_those_that_its_recordings_tell_of(undisturbed: Path, tmp_path: Path) -> None:
    """What the test above counts by is exact."""
    cloud = cloud_of(seeded(regions=REGIONS[:1]))

    assess(cloud, tmp_path)

    assert asked_of(cloud) == calls_of(tmp_path)
    assert bytes_of(tmp_path) == bytes_of(undisturbed)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SignatureDoesNotMatch", SKEWED),
        ("InvalidSignatureException", SKEWED),
        ("SignatureDoesNotMatch", "Signature not yet current: 20261120T001500Z is still later than 20261120T000500Z"),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        ("RequestExpired", "Request has expired."),
    ],
)
def test_a_wrong_clock_at_the_start_is_named(tmp_path: Path, code: str, message: str) -> None:
    """Before anything is read, one message says that it is the clock and how to set it."""
    problem = _ends_early(tmp_path, faults.from_call(1, Refused(code, message, 403)))

    assert "clock" in problem.what
    assert code in problem.why
    assert "timedatectl" in problem.fix
    assert not (tmp_path / ".aimigrate").exists()


def test_a_clock_that_jumps_in_the_middle_keeps_what_was_read(undisturbed: Path, tmp_path: Path) -> None:
    """As an expired token does."""
    problem = _ends_early(tmp_path, faults.from_call(80, Refused("SignatureDoesNotMatch", SKEWED, 403)))
    kept = finished_units(tmp_path)

    assert "clock" in problem.what
    assert 0 < told_of(problem) <= len(kept)

    assess(cloud_of(seeded(regions=REGIONS[:1])), tmp_path, now=LATER)

    assert bytes_of(tmp_path) == bytes_of(undisturbed)


def test_a_wrong_secret_is_not_taken_for_a_wrong_clock(tmp_path: Path) -> None:
    """The same code without AWS's words about time is about the key."""
    message = "The request signature we calculated does not match the signature you provided."

    problem = _ends_early(tmp_path, faults.from_call(1, Refused("SignatureDoesNotMatch", message, 403)))

    assert "does not accept the credentials" in problem.what


def test_credentials_that_aws_takes_nowhere_any_more_end_the_run(tmp_path: Path) -> None:
    """A key that is switched off in the middle is no hole of each region in turn."""
    refused = Refused("InvalidClientTokenId", "The security token included in the request is invalid", 403)

    problem = _ends_early(tmp_path, faults.from_call(30, refused))

    assert "does not accept the credentials" in problem.what


def test_a_region_named_that_the_account_has_not_enabled_is_refused_before_any_read(tmp_path: Path) -> None:
    """Asked for by name, it is a mistake to mend, not a hole."""
    made = seeded(regions=REGIONS[:1])
    made.regions["ap-east-1"] = "not-opted-in"
    cloud = cloud_of(made)

    with pytest.raises(AccountProblem) as caught:
        assess(cloud, tmp_path, regions=("ap-east-1",))

    assert "ap-east-1 is not enabled" in caught.value.what
    assert "enable-region" in caught.value.fix
    assert not asked_of(cloud)
