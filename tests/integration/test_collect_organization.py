"""Several accounts of one organization, each through its role; AWS is answered below the socket."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aimigrate.assess.snapshot import Snapshot
from aimigrate.commands._assessing import Assessed, Request, run
from tests.faults.account import ACCOUNT, REGIONS, Seeded, cloud_of, seeded
from tests.faults.cloud import Call, Cloud, Refused, assumed
from tests.faults.reading import row_of
from tests.faults.running import assess, bytes_of

PLANT, REFUSES, SUSPENDED = "222222222222", "333333333333", "444444444444"
EXTERNAL_ID = "only-we-know-this"
HERE = REGIONS[:1]


class Company:
    """An organization of four accounts, on two pages: the one asked for, one more, one that refuses, one suspended."""

    def __init__(self, *, lasts: timedelta = timedelta(hours=1)) -> None:
        self.seeded: Seeded = seeded(ACCOUNT, PLANT, regions=HERE)
        self.seeded.members = {
            SUSPENDED: "SUSPENDED", PLANT: "ACTIVE", REFUSES: "ACTIVE", ACCOUNT: "ACTIVE",
        }  # fmt: skip
        self.lasts, self.roles = lasts, list[dict[str, Any]]()
        self.cloud: Cloud = cloud_of(self.seeded)
        self.cloud.answer = self._answer

    def _answer(self, call: Call) -> dict[str, Any]:
        if call.operation != "AssumeRole":
            return self.seeded.answer(call)
        self.roles.append(call.given)
        if f":{REFUSES}:" in call.given["RoleArn"]:
            raise Refused("AccessDenied", "not authorized to perform: sts:AssumeRole", 403)
        return assumed(call, number=len(self.roles), lasts=self.lasts)


def _assess(company: Company, out: Path, **more: Any) -> Assessed:  # noqa: ANN401  # as Request
    return assess(company.cloud, out, organization=True, external_id=EXTERNAL_ID, **more)


@pytest.fixture(scope="module")
def company() -> Company:
    """Give the company that `assessed` read."""
    return Company()


@pytest.fixture(scope="module")
def assessed(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Assessed:
    """Read the company once for this module."""
    return _assess(company, tmp_path_factory.mktemp("company"))


def test_every_active_account_is_read_whole(company: Company, assessed: Assessed) -> None:
    """Both pages of the list are read, the suspended account is left alone, and all of the ledger is found."""
    inventories = list(Snapshot(assessed.snapshot).inventories())

    assert [one.account_id for one in inventories] == [ACCOUNT, PLANT, REFUSES]
    row = row_of("organization", company.seeded.ledger(), inventories)
    assert (row.found, row.named) == (row.expected, 0)
    assert not any(SUSPENDED in given["RoleArn"] for given in company.roles)
    pages = sum(
        n for (account, _, _, name), n in company.cloud.asked.items() if name == "ListAccounts" and account == ACCOUNT
    )
    assert pages == 4  # two to know the members, two as what exists


def test_an_account_that_refuses_is_a_named_hole(assessed: Assessed) -> None:
    """With the account, what to do about it, and exit code 3; the other accounts are read."""
    holes = [entry for entry in assessed.assessment.coverage.entries if entry.status != "complete"]

    assert [(hole.account_id, hole.service, hole.operation, hole.status) for hole in holes] == [
        (REFUSES, "sts", "AssumeRole", "denied")
    ]
    assert "AimigrateRead" in (holes[0].fix or "")
    assert assessed.exit_code == 3


def test_the_role_is_assumed_by_its_name_with_the_external_id(company: Company) -> None:
    """In each other account, never in the own; as what CloudTrail shows."""
    arns = {given["RoleArn"] for given in company.roles}

    assert arns == {f"arn:aws:iam::{name}:role/AimigrateRead" for name in (PLANT, REFUSES)}
    assert {given["ExternalId"] for given in company.roles} == {EXTERNAL_ID}
    assert {given["RoleSessionName"] for given in company.roles} == {"aimigrate"}


def test_the_external_id_reaches_no_file(assessed: Assessed) -> None:
    """It is half a secret."""
    for path in assessed.snapshot.parent.rglob("*"):
        assert not path.is_file() or EXTERNAL_ID.encode() not in path.read_bytes()


def test_workloads_of_other_accounts_carry_their_account(assessed: Assessed) -> None:
    """The two accounts run the same things under the same names, and none hides another."""
    ids = [one.id for one in assessed.assessment.workloads]
    own = {name for name in ids if "@" not in name}

    assert len(ids) == len(set(ids))
    assert {name for name in ids if "@" in name} == {f"{name}@{PLANT}" for name in own}
    by_account = Counter(one.account_id or ACCOUNT for one in assessed.assessment.workloads)
    assert by_account == {ACCOUNT: len(own), PLANT: len(own)}


def test_totals_are_the_sums_over_the_accounts(assessed: Assessed, tmp_path: Path) -> None:
    """Two accounts that hold the same hold twice what one does."""
    one = assess(cloud_of(seeded(regions=HERE)), tmp_path).assessment.totals

    both = assessed.assessment.totals

    assert both.workloads == 2 * one.workloads
    assert both.by_label == {label: 2 * count for label, count in one.by_label.items()}
    assert both.by_decision == {decision: 2 * count for decision, count in one.by_decision.items()}
    assert both.known_usd_per_month == pytest.approx(2 * one.known_usd_per_month)


def test_a_snapshot_of_an_organization_gives_the_same_bytes(assessed: Assessed, tmp_path: Path) -> None:
    """Offline, every account of it."""
    again = run(Request(out=tmp_path, snapshot=assessed.snapshot))

    assert bytes_of(tmp_path) == bytes_of(assessed.snapshot.parent)
    assert again.exit_code == 3


def test_credentials_of_a_role_that_are_about_to_end_are_renewed(tmp_path: Path) -> None:
    """Sessions of a minute: the role is assumed again in time, and no call is made with an old key."""
    company = Company(lasts=timedelta(minutes=1))

    found = _assess(company, tmp_path)

    keys = {call.key_id for call in company.cloud.log if call.account_id == PLANT}
    assert len(keys) > 2
    assert [entry.account_id for entry in found.assessment.coverage.entries if entry.status != "complete"] == [REFUSES]


def test_an_account_whose_answer_nobody_foresaw_costs_no_other_account(tmp_path: Path) -> None:
    """It is a hole with AWS's code; the rest is read."""
    company = Company()

    def teapot(call: Call) -> None:
        if call.account_id == PLANT and call.operation == "DescribeRegions":
            raise Refused("TeapotException", "short and stout", 418)

    company.cloud.fault = teapot

    found = _assess(company, tmp_path)

    holes = {e.account_id: e.reason or "" for e in found.assessment.coverage.entries if e.status != "complete"}
    assert holes.keys() == {PLANT, REFUSES}
    assert "TeapotException" in holes[PLANT]
    assert found.assessment.totals.workloads > 10
