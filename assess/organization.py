"""The accounts of an organization, and a session for each through the role that lets aimigrate read it."""

import re
from dataclasses import dataclass, field
from threading import Lock

import boto3
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.session import get_session

from aimigrate.assess._refusals import READ_ERRORS, Refusal, credential_problem, error_code, refusal_of
from aimigrate.assess._session import for_reading
from aimigrate.assess.account import Account, enabled_regions
from aimigrate.contracts.inventory import CoverageEntry
from aimigrate.errors import AccountProblem

ROLE_NAME = "AimigrateRead"
"""The role that `aimigrate iam-policy --format stackset` makes in every account."""

_ROLE = re.compile(r"(?:arn:(aws[a-z-]*):iam::(?:[0-9]{12}|\*):role/)?([\w+=,.@/-]{1,512})")
_SESSION_NAME = "aimigrate"


@dataclass(frozen=True)
class Role:
    """The role to assume in each account of an organization, by its name with its path."""

    name: str = ROLE_NAME
    partition: str = "aws"
    external_id: str | None = field(default=None, repr=False)

    def arn(self, account_id: str) -> str:
        """Return the role's ARN in an account."""
        return f"arn:{self.partition}:iam::{account_id}:role/{self.name}"


def role_of(role_arn: str | None, external_id: str | None) -> Role:
    """Read a role's name, or its ARN with any account or `*` in it. Raises AccountProblem."""
    if role_arn is None:
        return Role(external_id=external_id)
    match = _ROLE.fullmatch(role_arn)
    if match is None:
        raise AccountProblem(
            what=f"role {role_arn} can't be used for an organization",
            why="it is neither a role's name nor a role's ARN",
            fix=f"give --role-arn {ROLE_NAME}, or arn:aws:iam::*:role/{ROLE_NAME}",
        )
    return Role(name=match.group(2), partition=match.group(1) or "aws", external_id=external_id)


def members(account: Account) -> tuple[str, ...]:
    """Return the ids of the organization's active accounts, sorted. Raises AccountProblem when they can't be listed."""
    client = account.session.client("organizations", region_name=account.home)
    try:
        pages = client.get_paginator("list_accounts").paginate()
        found = [one for page in pages for one in page["Accounts"]]
    except READ_ERRORS as error:
        problem = credential_problem(error)
        if problem is not None:
            raise problem from error
        raise AccountProblem(
            what=f"the accounts of the organization can't be listed from account {account.account_id}",
            why=f"organizations:ListAccounts was answered with {error_code(error) or type(error).__name__}",
            fix="use the management account or a delegated administrator, and allow organizations:ListAccounts",
        ) from error
    return tuple(sorted(one["Id"] for one in found if one.get("State", one.get("Status")) == "ACTIVE"))


class Sessions:
    """A session for each account, made at first use; a role's credentials are renewed before they run out."""

    def __init__(self, own: Account, role: Role | None = None) -> None:
        self._own, self._role = own, role
        self._made: dict[str, boto3.Session] = {own.account_id: own.session}
        self._lock = Lock()
        for_reading(own.session)

    def of(self, account_id: str) -> boto3.Session:
        """Return the session of an account. Nothing is asked of AWS yet."""
        with self._lock:
            if account_id not in self._made:
                self._made[account_id] = self._assumed(account_id)
            return self._made[account_id]

    def _assumed(self, account_id: str) -> boto3.Session:
        role = self._role or Role()
        source = self._own.session._session  # noqa: SLF001  # boto3 gives the session below it no other way
        extra = {"RoleSessionName": _SESSION_NAME}
        if role.external_id:
            extra["ExternalId"] = role.external_id
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=source.create_client,
            source_credentials=source.get_credentials(),
            role_arn=role.arn(account_id),
            extra_args=extra,
        )
        core = get_session()
        core.register_component("data_loader", source.get_component("data_loader"))  # the service models, read once
        core.set_config_variable("region", self._own.home)
        core._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined]  # noqa: SLF001  # as boto3 does
            method="assume-role", refresh_using=fetcher.fetch_credentials
        )
        made = boto3.Session(botocore_session=core, region_name=self._own.home)
        for_reading(made)
        return made

    def open(self, account_id: str, asked: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[CoverageEntry, ...]]:
        """Return the regions to read of an account and the holes so far: none and one where it refuses.

        Raises AccountProblem when the caller's own credentials can't be used.
        """
        if account_id == self._own.account_id:
            return self._own.regions, self._own.holes
        session = self.of(account_id)
        try:
            session.get_credentials().get_frozen_credentials()  # type: ignore[union-attr]  # set when it was made
        except READ_ERRORS as error:
            return (), (self._refused(account_id, refusal_of(error, "sts:AssumeRole")),)
        return enabled_regions(session, self._own.home, account_id, asked)

    def _refused(self, account_id: str, refusal: Refusal) -> CoverageEntry:
        role = self._role or Role()
        return CoverageEntry(
            account_id=account_id,
            region="global",
            service="sts",
            operation="AssumeRole",
            status="failed" if refusal.status == "gone" else refusal.status,
            reason=f"{refusal.reason}; nothing of this account was read",
            fix=f"make the role {role.name} there (`aimigrate iam-policy --format stackset`) and check the external id",
        )
