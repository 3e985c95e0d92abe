"""A seeded account, or several of one organization, with the ledger of everything that exists in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults import seed_compute, seed_eks, seed_feeds, seed_sagemaker, seed_serverless
from tests.faults.cloud import Call, Cloud, Refused, assumed
from tests.faults.place import Place, Thing

ACCOUNT = "123456789012"
REGIONS = ("eu-central-1", "us-east-1")
OPT_IN = "ap-east-1"
"""A region that AWS does not enable by itself."""
GLOBAL = "global"
_OF_THE_ACCOUNT = ("savingsplans", "ce", "organizations", "pricing")


@dataclass
class Seeded:
    """Accounts as AWS holds them. Which region is enabled in all of them, and which members an organization has."""

    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=lambda: dict.fromkeys(REGIONS, "opt-in-not-required"))
    members: dict[str, str] = field(default_factory=dict)
    """Account id to its state, of an organization; empty: there is none."""

    def ledger(self, *regions: str) -> list[Thing]:
        """Return what exists in these regions, and in the accounts as wholes; none given: in every region."""
        return [
            one
            for (_, name), place in self.places.items()
            if not regions or name in (GLOBAL, *regions)
            for one in place.ledger
        ]

    def answer(self, call: Call) -> dict[str, Any]:
        """Answer as AWS does."""
        if call.service == "sts":
            return self._sts(call)
        if call.action == ("ec2", "DescribeRegions"):
            return {"Regions": [{"RegionName": name, "OptInStatus": state} for name, state in self.regions.items()]}
        if call.service == "organizations":
            return self._organization(call)
        region = GLOBAL if call.service in _OF_THE_ACCOUNT else call.region
        if region != GLOBAL and self.regions.get(region) in (None, "not-opted-in"):
            raise Refused("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
        place = self.places.get((call.account_id, region))
        return place.answer(call) if place else {}

    def _sts(self, call: Call) -> dict[str, Any]:
        if call.operation == "AssumeRole":
            return assumed(call)
        arn = f"arn:aws:sts::{call.account_id}:assumed-role/reader/test"
        return {"Account": call.account_id, "Arn": arn, "UserId": "AROAEXAMPLE:test"}

    def _organization(self, call: Call) -> dict[str, Any]:
        if not self.members:
            raise Refused("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
        if call.operation == "DescribeOrganization":
            of = ACCOUNT
            return {
                "Organization": {"Id": "o-1", "Arn": f"arn:aws:organizations::{of}:organization/o-1"}
                | {"MasterAccountId": of}
            }
        start = int(call.given.get("NextToken") or 0)
        some = list(self.members.items())[start : start + 2]
        listed = [
            {"Id": name, "Name": name, "Status": state, "State": state}
            | {"Arn": f"arn:aws:organizations::{name}:account/o-1/{name}"}
            for name, state in some
        ]
        return {"Accounts": listed} | ({"NextToken": str(start + 2)} if start + 2 < len(self.members) else {})


def seeded(*accounts: str, regions: tuple[str, ...] = REGIONS) -> Seeded:
    """Return accounts that are full in each of these regions."""
    made = Seeded(regions=dict.fromkeys(regions, "opt-in-not-required"))
    for account_id in accounts or (ACCOUNT,):
        for region in regions:
            fill(made, account_id, region)
        whole = made.places[account_id, GLOBAL] = Place(account_id, GLOBAL)
        seed_serverless.seed_account(whole)
    return made


def fill(made: Seeded, account_id: str, region: str) -> None:
    """Fill one more region of an account."""
    place = made.places[account_id, region] = Place(account_id, region)
    for area in (seed_compute, seed_eks, seed_feeds, seed_sagemaker, seed_serverless):
        area.seed(place)


def cloud_of(made: Seeded) -> Cloud:
    """Return AWS with these accounts in it."""
    return Cloud(made.answer)


def things_by_type(ledger: list[Thing]) -> Iterator[tuple[str, int]]:
    """Yield how many there are of each type."""
    for kind in sorted({one.type for one in ledger}):
        yield kind, sum(one.type == kind for one in ledger)
