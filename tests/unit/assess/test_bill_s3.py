"""A bill in a bucket is fetched, read, and left alone."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from aimigrate.assess.bill import read_focus
from aimigrate.errors import AccountProblem, UsageProblem
from tests.unit.assess.bill_files import charge, cur


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    with mock_aws():
        found = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
        found.client("s3").create_bucket(Bucket="bills")
        yield found


def put(session: boto3.Session, key: str, path: Path) -> None:
    session.client("s3").put_object(Bucket="bills", Key=key, Body=path.read_bytes())


def test_a_prefix_is_one_bill(session: boto3.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All partitions below the prefix, nothing beside it; what was fetched is gone afterwards; a path object works."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    put(session, "cur/x/data/BILLING_PERIOD=2026-10/a.csv", cur(tmp_path / "a.csv", [charge(usd="1", resource="i-1")]))
    put(session, "cur/x/data/BILLING_PERIOD=2026-11/a.csv", cur(tmp_path / "b.csv", [charge(usd="2", resource="i-1")]))
    put(session, "cur/x/metadata/BILLING_PERIOD=2026-11/m.csv", tmp_path / "b.csv")
    put(session, "cur-old/a.csv", tmp_path / "b.csv")

    bill = read_focus(Path("s3://bills/cur/"), session=lambda: session)

    assert bill.total_usd == 3.0
    assert bill.source == "s3://bills/cur: CUR 2.0 amortized cost"
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_key_that_climbs_out_is_only_a_name(session: boto3.Session, tmp_path: Path) -> None:
    """A key is hostile input: it never becomes a path on this machine."""
    put(session, "cur/../../../evil.csv", cur(tmp_path / "a.csv", [charge(usd="1")]))

    assert read_focus("s3://bills/cur/", session=lambda: session).total_usd == 1.0


def test_an_empty_prefix_and_a_lost_bucket_are_told_apart(session: boto3.Session) -> None:
    """Nothing there is wrong usage; what AWS refuses is an account problem that names what to allow."""
    with pytest.raises(UsageProblem, match="holds no"):
        read_focus("s3://bills/none/", session=lambda: session)
    with pytest.raises(AccountProblem) as raised:
        read_focus("s3://lost/none/", session=lambda: session)

    assert "s3:GetObject" in raised.value.fix
