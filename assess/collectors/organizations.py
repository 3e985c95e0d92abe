"""Organizations: the accounts beside the one that is read."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Reader
from aimigrate.contracts.inventory import Resource


@dataclass(frozen=True)
class Organizations:
    """Yields the accounts of the caller's organization, where the account that is read is its management account.

    An account in no organization, and a member of one, is an answer and no hole: only the management account is
    asked for the list.
    """

    name: str = "organizations"
    place: str = "account"
    iam_actions: frozenset[str] = frozenset({"organizations:DescribeOrganization", "organizations:ListAccounts"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Resource]:  # noqa: ARG002  # one signature for all
        """Yield the organization, and each account in it, by ARN."""
        account = reader.scope.account_id
        answer = reader.one("organizations", "describe_organization", named=account, optional=True, may_be_none=True)
        organization = (answer or {}).get("Organization")
        if not organization:
            return
        management = str(organization.get("MasterAccountId", ""))
        yield Resource(
            id=organization["Arn"],
            type="organizations:organization",
            region="global",
            facts={"management_account": management},
        )
        if management != account:
            return
        for one in reader.items("organizations", "list_accounts", "Accounts", optional=True):
            facts = {"account_id": one["Id"], "name": one.get("Name"), "state": one.get("State") or one.get("Status")}
            yield Resource(
                id=one["Arn"],
                type="organizations:account",
                region="global",
                facts={name: str(fact) for name, fact in facts.items() if fact},
            )


collector = Organizations()
