"""Rendered: deploy.lock.json, every generated file with its hash and where it came from."""

from typing import ClassVar

from pydantic import Field

from aimigrate.contracts.base import Document, Frozen, Sha256
from aimigrate.contracts.plan import PhaseName


class RenderedFile(Frozen):
    """One file below the deploy folder."""

    path: str = Field(description="Relative, with forward slashes.")
    sha256: Sha256
    template: str = Field(description="The template or the packaged file it was made from.")


class Stack(Frozen):
    """One Pulumi stack that the deploy holds."""

    phase: PhaseName
    region: str
    stack: str = Field(description="As given to pulumi -s: pilot.eu-central-1.")
    folder: str


class Rendered(Document):
    """What `generate` wrote."""

    document_name: ClassVar[str] = "rendered"

    plan_sha256: Sha256
    generator: str = Field(description="aimigrate and its version.")
    stacks: tuple[Stack, ...]
    sites: tuple[str, ...] = Field(description="Sites with hosts, in the inventory.")
    sites_without_hosts: tuple[str, ...] = ()
    files: tuple[RenderedFile, ...]
