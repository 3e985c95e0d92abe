"""Run one finder over a recorded account, and look at what it yields."""

from collections.abc import Mapping
from dataclasses import dataclass

import botocore.session

from aimigrate.assess._coverage import coverage_of
from aimigrate.assess._found import Finder, Finding, Found, Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._live import Clients
from aimigrate.assess._reading import Reader
from aimigrate.contracts.inventory import CoverageEntry, Resource, Workload
from tests.recorded_aws import ACCOUNT, REGION, Answer, RecordedAws

_MODELS = botocore.session.get_session().get_component("data_loader")
"""Reading the models of the services takes most of a test: they are read once."""


@dataclass(frozen=True)
class Seen:
    """What a finder yielded, and what its reader counted."""

    findings: tuple[Finding, ...]
    reader: Reader

    @property
    def links(self) -> list[Link]:
        """Return the links in the order yielded."""
        return [one for one in self.findings if isinstance(one, Link)]

    @property
    def ways(self) -> set[tuple[str, str, str]]:
        """Return source, trigger and target of each link."""
        return {(one.source, one.trigger, one.target) for one in self.links}

    def found(self, name: str) -> Found:
        """Return the finding of the workload with this id."""
        return next(one for one in self.findings if isinstance(one, Found) and one.workload.id == name)

    @property
    def resources(self) -> dict[str, Resource]:
        """Return the resources by id."""
        return {one.id: one for one in self.findings if isinstance(one, Resource)}

    @property
    def workloads(self) -> dict[str, Workload]:
        """Return the workloads by id."""
        return {one.workload.id: one.workload for one in self.findings if isinstance(one, Found)}

    def entry(self, service: str, operation: str) -> CoverageEntry:
        """Return the one coverage entry of an operation."""
        entries = coverage_of(ACCOUNT, [self.reader.tally]).entries
        (entry,) = (one for one in entries if (one.service, one.operation) == (service, operation))
        return entry


_CLIENTS: dict[int, Clients] = {}
_SHARED: list[RecordedAws] = []


def recorded(answers: Mapping[tuple[str, str], Answer] | None = None) -> RecordedAws:
    """Return an account with these answers: the same object each time, since making clients takes long."""
    if not _SHARED:
        aws = RecordedAws()
        _SHARED.append(aws)
        _CLIENTS[id(aws)] = Clients(aws.session, REGION)
    _SHARED[0].answers = dict(answers or {})
    _SHARED[0].calls.clear()
    return _SHARED[0]


def look(finder: Finder, aws: RecordedAws) -> Seen:
    """Run one finder over an account."""
    reader = aws.reader(_CLIENTS.get(id(aws)))
    return Seen(tuple(finder.find(reader, InstanceTypes(reader))), reader)
