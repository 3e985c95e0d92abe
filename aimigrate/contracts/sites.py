"""sites.yaml and hints.yaml: what a person knows and AWS does not."""

from ipaddress import ip_address
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from aimigrate.contracts.assessment import Label
from aimigrate.contracts.base import Document, Frozen, NonNegative

SafeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
Role = Literal["inference", "router", "mirror", "streaming", "observability"]


def _address(text: str) -> str:
    return str(ip_address(text))


class Host(Frozen):
    """One machine at a site: a Jetson module, or a plain server."""

    name: SafeName
    address: Annotated[str, AfterValidator(_address)]
    module: str = Field(description="A name from the catalog, or x86-64 for a plain server.")
    roles: tuple[Role, ...] = Field(default=(), description="None given: inference and router on a Jetson.")
    ssh_host_key: str | None = Field(default=None, description="Public key line to pin, e.g. ssh-ed25519 AAAA...")


class Site(Frozen):
    """One place with power and a link."""

    id: SafeName
    region: Region
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    electricity_usd_per_kwh: NonNegative | None = None
    power_limit_w: NonNegative | None = None
    uplink_mbps: NonNegative | None = None
    windows: tuple[str, ...] = ()
    carrier_usd: NonNegative | None = None
    remote_hands_usd_per_month: NonNegative | None = None
    ssh_user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")] = "aimigrate"
    hosts: tuple[Host, ...] = ()


Pin = Literal["pilot", "scale", "full", "exclude"]
"""The phase that a person wants, or not at all."""


class Pins(Frozen):
    """What a person decides about the phases: it holds in every plan made with it, and in that plan's edits."""

    workloads: dict[str, Pin] = Field(
        default_factory=dict, description="By id, as in assessment.json: moves in this phase, or does not move."
    )
    sites: dict[str, Pin] = Field(
        default_factory=dict, description="By id: first used in this phase (pilot: the pilot's place), or never."
    )


class Sites(Document):
    """The sites a company has, each id and each host once."""

    document_name: ClassVar[str] = "sites"

    sites: tuple[Site, ...] = Field(min_length=1)
    pins: Pins = Field(default_factory=Pins)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for what, names in (
            ("site id", [site.id for site in self.sites]),
            ("host name", [host.name for site in self.sites for host in site.hosts]),
            ("host address", [host.address for site in self.sites for host in site.hosts]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} used twice: {', '.join(twice)}")
        unknown = sorted(set(self.pins.sites) - {site.id for site in self.sites})
        if unknown:
            raise ValueError(f"pins.sites names a site that is not in sites: {', '.join(unknown)}")
        return self


class Hint(Frozen):
    """A person's answers about one workload; what is left null stays unknown."""

    model_family: str | None = None
    parameters_b: NonNegative | None = None
    precision: str | None = None
    tokens_in: NonNegative | None = None
    tokens_out: NonNegative | None = None
    latency_objective_ms: NonNegative | None = None
    residency: tuple[str, ...] | None = None
    depends_on: tuple[str, ...] | None = None
    idempotent: bool | None = None
    closed_weights: bool | None = None
    label: Label | None = None
    x86_only: bool | None = Field(default=None, description="True if its code or an operator runs on x86-64 alone.")
    megabytes_in_per_request: NonNegative | None = Field(
        default=None, description="What a request brings that is not already at the site, in 10^6 bytes."
    )
    gigabytes_in_per_day: NonNegative | None = Field(
        default=None, description="What it reads each day from stores that stay in the cloud (S3, FSx), in 10^9 bytes."
    )


class Hints(Document):
    """hints.yaml: answers by workload id."""

    document_name: ClassVar[str] = "hints"

    workloads: dict[str, Hint] = Field(default_factory=dict)
    ai_budget_usd_per_year: NonNegative | None = None
