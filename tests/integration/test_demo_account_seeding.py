"""The embedded account shows what its seed says, on loopback, and leaves nothing behind."""

from collections.abc import Iterator

import boto3
import pytest

from aimigrate.demo.account import DemoAccount, running


@pytest.fixture(scope="module")
def account() -> Iterator[DemoAccount]:
    with running() as started:
        yield started


def session_of(account: DemoAccount) -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=account.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=account.environment["AWS_SECRET_ACCESS_KEY"],
        region_name=account.environment["AWS_DEFAULT_REGION"],
    )


def test_the_caller_belongs_to_the_company(account: DemoAccount) -> None:
    """STS names the seeded account for the demo's key."""
    sts = session_of(account).client("sts", endpoint_url=account.endpoint_url)

    caller = sts.get_caller_identity()

    assert caller["Account"] == account.account_id
