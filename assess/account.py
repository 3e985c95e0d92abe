"""Which account is read, as whom, and in which regions: checked before the first collector runs."""

import difflib
import re
from dataclasses import dataclass

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ProfileNotFound

from aimigrate.assess._refusals import CREDENTIAL_ERRORS, READ_ERRORS, credential_problem, error_code, refusal_of
from aimigrate.contracts.inventory import CoverageEntry
from aimigrate.errors import AccountProblem

ACCOUNT_ACTIONS = frozenset({"ec2:DescribeRegions", "sts:GetCallerIdentity"})

_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):role/.+")
_FIRST_REGION = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=10, read_timeout=20)
_SESSION_NAME = "aimigrate"  # what CloudTrail shows


@dataclass(frozen=True)
class Account:
    """An account that can be read: by whom, where, and what could not be learned about its regions."""

    session: boto3.Session
    account_id: str
    caller_arn: str
    home: str
    regions: tuple[str, ...]
    holes: tuple[CoverageEntry, ...] = ()


def resolve(
    account_id: str | None,
    *,
    profile: str | None = None,
    role_arn: str | None = None,
    external_id: str | None = None,
    regions: tuple[str, ...] = (),
) -> Account:
    """Return the account to read, with `regions` or else each region that is enabled in it.

    Raises AccountProblem when the id is missing or malformed, there are no credentials or they have expired, the
    caller's account is another, the role can't be assumed, or a region is unknown or not enabled.
    """
    wanted = _checked_id(account_id)
    session = _session(profile)
    home = _home(session, regions)
    caller = _caller(session, home)
    if role_arn is not None:
        session = _assumed(session, home, role_arn, external_id, wanted)
        caller = _caller(session, home)
    if caller["Account"] != wanted:
        raise AccountProblem(
            what=f"account {wanted} is not the one these credentials are for",
            why=f"AWS says that they belong to {caller['Account']} ({caller['Arn']})",
            fix=f"give --account {caller['Account']}, or --profile or --role-arn of {wanted}",
        )
    chosen, holes = _regions(session, home, wanted, regions)
    return Account(session, wanted, caller["Arn"], home, chosen, holes)


def _checked_id(account_id: str | None) -> str:
    if not account_id:
        raise AccountProblem(
            what="no account is named",
            why="aimigrate reads one account, and only the one you name",
            fix="give --account with its 12 digits (`aws sts get-caller-identity` prints yours)",
        )
    if not _ACCOUNT_ID.fullmatch(account_id):
        raise AccountProblem(
            what=f"{account_id!r} is no AWS account id",
            why="an account id has 12 digits",
            fix="give --account with its 12 digits (`aws sts get-caller-identity` prints yours)",
        )
    return account_id


def _session(profile: str | None) -> boto3.Session:
    try:
        return boto3.Session(profile_name=profile)
    except ProfileNotFound as error:
        known = ", ".join(sorted(boto3.Session().available_profiles)) or "none"
        raise AccountProblem(
            what=f"there is no AWS profile {profile!r}",
            why=f"the AWS configuration holds these profiles: {known}",
            fix="give --profile with one of them, or `aws configure --profile` it",
        ) from error


def _home(session: boto3.Session, regions: tuple[str, ...]) -> str:
    """Return a region to ask the first questions in: the configured one, or one of the partition of `regions`."""
    configured = session.region_name
    if configured:
        return configured
    prefix = regions[0].split("-")[0] if regions else ""
    partition = {"cn": "aws-cn", "us": "aws-us-gov" if regions and "gov" in regions[0] else "aws"}.get(prefix, "aws")
    return _FIRST_REGION[partition]


def _caller(session: boto3.Session, home: str) -> dict[str, str]:
    try:
        answer = session.client("sts", region_name=home, config=_CONFIG).get_caller_identity()
    except (*READ_ERRORS, *CREDENTIAL_ERRORS) as error:
        raise _problem(error, "AWS did not say whose credentials these are") from error
    return {"Account": answer["Account"], "Arn": answer["Arn"]}


def _problem(error: Exception, what: str) -> AccountProblem:
    problem = credential_problem(error)
    if problem is not None:
        return problem
    said = error_code(error) or f"{type(error).__name__}: {error}"
    return AccountProblem(what=what, why=f"the answer was {said}", fix="check the network, the region and the endpoint")


def _assumed(
    session: boto3.Session, home: str, role_arn: str, external_id: str | None, account_id: str
) -> boto3.Session:
    match = _ROLE_ARN.fullmatch(role_arn)
    if match is None or match.group(1) != account_id:
        raise AccountProblem(
            what=f"role {role_arn} can't be used for account {account_id}",
            why="it is no role ARN" if match is None else f"it is a role of account {match.group(1)}",
            fix=f"give --role-arn arn:aws:iam::{account_id}:role/NAME",
        )
    asked = {"RoleArn": role_arn, "RoleSessionName": _SESSION_NAME}
    if external_id:
        asked["ExternalId"] = external_id
    try:
        answer = session.client("sts", region_name=home, config=_CONFIG).assume_role(**asked)  # type: ignore[arg-type]  # strings all
    except ClientError as error:
        problem = credential_problem(error)
        if problem is not None:
            raise problem from error
        raise AccountProblem(
            what=f"role {role_arn} was not assumed",
            why=f"AWS answered {error_code(error)}",
            fix="check that the role exists, that its trust policy names you, and the --external-id",
        ) from error
    except (*READ_ERRORS, *CREDENTIAL_ERRORS) as error:
        raise _problem(error, f"role {role_arn} was not assumed") from error
    keys = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=home,
    )


def enabled_regions(
    session: boto3.Session, home: str, account_id: str, asked: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[CoverageEntry, ...]]:
    """Return the regions to read of a further account, and what is left as a hole.

    A region asked for that this account has not enabled is a hole here, not a mistake: other accounts may have it.
    """
    known, holes = _regions(session, home, account_id, ())
    if not asked:
        return known, holes
    off = tuple(
        CoverageEntry(
            account_id=account_id,
            region=name,
            service="ec2",
            operation="DescribeRegions",
            status="unsupported",
            reason="the account has not opted in to this region, so nothing runs there",
            fix="nothing to do",
        )
        for name in asked
        if name not in known and not holes
    )
    return tuple(name for name in sorted(set(asked)) if name in known or holes), (*holes, *off)


def _regions(
    session: boto3.Session, home: str, account_id: str, asked: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[CoverageEntry, ...]]:
    """Return the regions to read, and the hole that is left if AWS would not say which there are."""
    try:
        answer = session.client("ec2", region_name=home, config=_CONFIG).describe_regions(AllRegions=True)
    except READ_ERRORS as error:
        return _regions_unasked(session, home, account_id, asked, error)
    state = {region["RegionName"]: region.get("OptInStatus") for region in answer["Regions"]}
    enabled = tuple(sorted(name for name, status in state.items() if status != "not-opted-in"))
    for name in asked:
        if name not in state:
            raise _unknown_region(name, enabled)
        if name not in enabled:
            raise AccountProblem(
                what=f"region {name} is not enabled in account {account_id}",
                why="AWS says that the account has not opted in",
                fix=f"leave it out of --regions, or `aws account enable-region --region-name {name}`",
            )
    return tuple(sorted(set(asked))) or enabled, ()


def _regions_unasked(
    session: boto3.Session, home: str, account_id: str, asked: tuple[str, ...], error: Exception
) -> tuple[tuple[str, ...], tuple[CoverageEntry, ...]]:
    refusal = refusal_of(error, "ec2:DescribeRegions")
    known = tuple(session.get_available_regions("ec2", partition_name=session.get_partition_for_region(home)))
    for name in asked:
        if name not in known:
            raise _unknown_region(name, known)
    chosen = tuple(sorted(set(asked))) or (home,)
    hole = CoverageEntry(
        account_id=account_id,
        region=home,
        service="ec2",
        operation="DescribeRegions",
        status="failed" if refusal.status == "gone" else refusal.status,
        reason=f"{refusal.reason}; only {', '.join(chosen)} was read",
        fix=f"{refusal.fix}, or name the regions with --regions",
    )
    return chosen, (hole,)


def _unknown_region(name: str, known: tuple[str, ...]) -> AccountProblem:
    near = difflib.get_close_matches(name, known, n=3)
    return AccountProblem(
        what=f"there is no region {name!r}",
        why=f"near it are {', '.join(near)}" if near else f"AWS knows {', '.join(known)}",
        fix="give --regions with names such as eu-central-1,us-east-1",
    )
