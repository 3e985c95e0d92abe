"""One thing that exists in a seeded account, written once with marks for account and region."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

# A region is written once and copied for each account: these marks become the account, the region and its code.
ACCOUNT, REGION, CODE = "999999999999", "zz-token-9", "xidxid"


def arn(service: str, resource: str, separator: str = ":") -> str:
    """Return an ARN with the marks in it."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}{separator}{resource}"


def ec2_id(prefix: str, number: int) -> str:
    """Return an id as EC2 makes them, unique over all accounts and regions."""
    return f"{prefix}-0{CODE}{number:010x}"


@dataclass(frozen=True)
class Thing:
    """`listed` is what the list call says of it, `described` what the call for it alone says."""

    kind: str
    id: str
    """ARN, or the id that EC2 gives: what the ledger knows it by."""
    name: str
    listed: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    group: str = ""
    """The workload it is a run or a replica of; empty: it stands alone."""
    finished: bool = False
    queue: str = ""


@dataclass(frozen=True)
class Window:
    """The moment that everything in the account is dated from."""

    now_s: int

    def ago(self, seconds: float) -> int:
        """Return seconds since 1970 of a moment that is this long past."""
        return self.now_s - int(seconds)

    def text_ago(self, seconds: float) -> str:
        """Return that moment in ISO 8601, as EC2 writes it."""
        return datetime.fromtimestamp(self.ago(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def key_values(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as most services write them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
