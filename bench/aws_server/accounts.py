"""Who asks, and which accounts and regions there are: STS, Organizations, DescribeRegions."""

import re
from collections.abc import Callable
from typing import Any

from bench.aws_server import wire
from bench.aws_server.request import Refused, Request
from bench.aws_server.world import World

_KEYS = re.compile(r"A[KS]IA(\d{12})")
_ROLE = re.compile(r"arn:aws:iam::(\d{12}):role/(.+)")
_EXPIRES = "2099-01-01T00:00:00Z"
_ACCOUNTS_PER_PAGE = 20  # ListAccounts, Organizations API reference, read 2026-11

Answer = Callable[[World, str, Request], dict[str, Any]]


def account_of(access_key_id: str) -> str:
    """Return the account that these keys are of; a key that carries none is of the first account."""
    match = _KEYS.match(access_key_id)
    return match.group(1) if match else "000000000001"


def access_key_of(account: str) -> str:
    """Return an access key id that carries the account."""
    return f"AKIA{account}SEED"


def _caller(world: World, account: str, request: Request) -> dict[str, Any]:
    del world, request
    return {
        "Account": account,
        "Arn": f"arn:aws:sts::{account}:assumed-role/reader/bench",
        "UserId": "AROAEXAMPLE:bench",
    }


def _assumed(world: World, account: str, request: Request) -> dict[str, Any]:
    del account
    match = _ROLE.fullmatch(request.asked.get("RoleArn", ""))
    if match is None or match.group(1) not in world.accounts:
        raise Refused("AccessDenied", "not authorized to perform: sts:AssumeRole", 403)
    account, role = match.groups()
    keys = {
        "AccessKeyId": f"ASIA{account}SEED",
        "SecretAccessKey": "seeded",
        "SessionToken": "seeded",
        "Expiration": _EXPIRES,
    }
    user = {"AssumedRoleId": "AROAEXAMPLE:bench", "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/bench"}
    return {"Credentials": keys, "AssumedRoleUser": user}


def _regions(world: World, account: str, request: Request) -> dict[str, Any]:
    del account, request
    return {
        "Regions": [
            {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": "opt-in-not-required"}
            for name in world.regions
        ]
    }


def _zones(world: World, account: str, request: Request) -> dict[str, Any]:
    del world, account, request
    return {"AvailabilityZones": []}


def _listed(account: str) -> dict[str, Any]:
    return {
        "Id": account,
        "Arn": f"arn:aws:organizations::000000000001:account/o-example/{account}",
        "Name": f"team-{int(account)}",
        "Email": f"team-{int(account)}@example.com",
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": 1_700_000_000.0,
    }


def _accounts(world: World, account: str, request: Request) -> dict[str, Any]:
    del account
    start = int(request.asked.get("NextToken") or 0)
    after = start + _ACCOUNTS_PER_PAGE
    value: dict[str, Any] = {"Accounts": [_listed(one) for one in world.accounts[start:after]]}
    return value | ({"NextToken": str(after)} if after < len(world.accounts) else {})


def _organization(world: World, account: str, request: Request) -> dict[str, Any]:
    del account, request
    master = world.accounts[0]
    return {
        "Organization": {
            "Id": "o-example",
            "Arn": f"arn:aws:organizations::{master}:organization/o-example",
            "FeatureSet": "ALL",
            "MasterAccountArn": f"arn:aws:organizations::{master}:account/o-example/{master}",
            "MasterAccountId": master,
            "MasterAccountEmail": "team-1@example.com",
        }
    }


def _described(world: World, account: str, request: Request) -> dict[str, Any]:
    del account
    if request.asked["AccountId"] not in world.accounts:
        raise Refused("AccountNotFoundException", "no such account")
    return {"Account": _listed(request.asked["AccountId"])}


ACCOUNT_WIDE: dict[tuple[str, str], Answer] = {
    ("sts", "GetCallerIdentity"): _caller,
    ("sts", "AssumeRole"): _assumed,
    ("ec2", "DescribeRegions"): _regions,
    ("ec2", "DescribeAvailabilityZones"): _zones,
    ("organizations", "ListAccounts"): _accounts,
    ("organizations", "DescribeOrganization"): _organization,
    ("organizations", "DescribeAccount"): _described,
}


def answer_account_wide(world: World, account: str, request: Request) -> bytes | None:
    """Return an answer that is the same in each region, None where the call is no such call."""
    answer = ACCOUNT_WIDE.get((request.service, request.operation))
    if answer is None:
        return None
    return wire.whole(request.service, request.operation, request.protocol, answer(world, account, request))
