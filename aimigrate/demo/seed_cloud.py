"""The account being seeded: clients of its endpoint, moto's own objects behind it, and what was made so far."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from pydantic import Field

from aimigrate.contracts.base import Frozen
from aimigrate.demo.seed import Company, Expectation, Item
from aimigrate.demo.seed_cloudwatch import IndexedCloudWatch, Track
from aimigrate.demo.seed_metrics import History

OWNER_ROLE = "company-workloads"


class Seeded(Frozen):
    """One thing as it was seeded: what tests and the demo may hold the collectors' answer against."""

    kind: str
    region: str
    name: str = Field(description="As AWS lists it; the instance id where an instance has no Name tag.")
    arn: str | None
    resources: tuple[str, ...] = Field(description="Ids and ARNs that a bill or an API may name.")
    tags: dict[str, str]
    pattern: str | None
    expect: Expectation
    story: str


@dataclass
class Cloud:
    """Everything a seeder needs. `resource_hours` collects what the bill is made of."""

    company: Company
    endpoint_url: str
    session: boto3.Session
    history: History
    ledger: list[Seeded] = field(default_factory=list)
    used: list["Use"] = field(default_factory=list)
    shared: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 # boto3 makes its clients at run time
        """Return a boto3 client of the embedded endpoint, made once."""
        key = (service, region)
        if key not in self.shared:
            session: Any = self.session  # the stubs know clients by literal names alone
            self.shared[key] = session.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint_url,
                config=Config(retries={"total_max_attempts": 1}, proxies={}),
            )
        return self.shared[key]

    def backend(self, service: str, region: str) -> Any:  # noqa: ANN401 # each service has its own type
        """Return moto's object for a service in a region: the only way to set a time or a newer type."""
        from moto.backends import get_backend

        return get_backend(service)[self.company.account_id][region]  # type: ignore[call-overload]

    def once(self, what: str, region: str, make: Any) -> Any:  # noqa: ANN401 # whatever `make` makes
        """Return what `make()` gave the first time it was needed in a region."""
        key = (what, region)
        if key not in self.shared:
            self.shared[key] = make()
        return self.shared[key]

    def arn(self, service: str, region: str, resource: str) -> str:
        """Return an ARN in the company's account."""
        return f"arn:aws:{service}:{region}:{self.company.account_id}:{resource}"

    @property
    def role_arn(self) -> str:
        """The role that every service of the company assumes."""
        return f"arn:aws:iam::{self.company.account_id}:role/{OWNER_ROLE}"

    def measure(self, region: str, tracks: Iterable[Track]) -> None:
        """Add metrics to a region's CloudWatch."""
        backend = self.backend("cloudwatch", region)
        assert isinstance(backend, IndexedCloudWatch)  # noqa: S101 # put there before seeding; anything else is our fault
        backend.add(tuple(tracks))

    def record(
        self,
        item: Item,
        kind: str,
        *,
        arn: str | None,
        resources: Iterable[str],
        name: str | None = None,
        pattern: str | None,
    ) -> None:
        """Write down what was made."""
        self.ledger.append(
            Seeded(
                kind=kind,
                region=item.region,
                name=name or item.name,
                arn=arn,
                resources=tuple(resources),
                tags=dict(item.tags),
                pattern=pattern,
                expect=item.expect,
                story=item.story,
            )
        )

    def use(self, use: "Use") -> None:
        """Note something the bill must name."""
        self.used.append(use)


def session_with(access_key: str, secret_key: str) -> boto3.Session:
    """Return a session of given keys that reads nothing of the user's own AWS settings, profile and files included."""
    nothing = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    bare = botocore.session.Session(session_vars=nothing)
    return boto3.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key, botocore_session=bare)


@dataclass(frozen=True)
class Use:
    """Units of one resource used over the billed month (hours, GB-months, requests), at a price a unit."""

    service: str
    region: str
    resource_id: str
    usage: str
    unit: str
    quantity: float
    usd_per_unit: float
    tags: dict[str, str]
    instance_type: str | None = None


def moto_time(moment: datetime) -> datetime:
    """Return the moment as moto keeps times: UTC without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def tag_list(tags: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return tags in the shape that most services take, sorted by name."""
    return [{key: name, value: text} for name, text in sorted(tags.items())]
