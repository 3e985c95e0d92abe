"""Run one collector on recorded answers, each held against botocore's model of the operation's answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import botocore.session
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from aimigrate.assess._coverage import coverage_of
from aimigrate.assess._found import Found, Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._live import Clients
from aimigrate.contracts.inventory import Commitment, CoverageEntry, Resource, Workload
from tests.recorded_aws import ACCOUNT, REGION, Answer, RecordedAws, Refused


@cache
def _operation(service: str, operation: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(operation)


def shape_faults(service: str, operation: str, answer: Mapping[str, Any], *, whole: bool = True) -> list[str]:
    """Return what in an answer AWS would never send: unknown members, wrong types, and, if `whole`, what is lacking."""
    report = ParamValidator().validate(dict(answer), _operation(service, operation).output_shape)
    lines = report.generate_report().splitlines()
    return [line for line in lines if whole or not line.startswith("Missing required parameter")]


@dataclass
class Run:
    """What one collector found in one region."""

    calls: dict[str, int]
    found: dict[str, Found]
    resources: dict[str, Resource]
    links: list[Link]
    commitments: list[Commitment]
    coverage: dict[str, CoverageEntry]
    order: list[str] = field(default_factory=list)

    def workload(self, identity: str) -> Workload:
        """Return one workload by kind:name."""
        kind, _, name = identity.partition(":")
        return self.found[f"{kind}:{REGION}:{name}"].workload


@dataclass
class Bench:
    """A collector on a table of answers; clients are made once, since making one takes longer than a test."""

    aws: RecordedAws = field(default_factory=RecordedAws)
    clients: Clients | None = None

    def run(self, collector: str, answers: Mapping[tuple[str, str], Answer]) -> Run:
        """Run a collector; an answer that AWS could not give is a fault of the test."""
        self.clients = self.clients or Clients(self.aws.session, REGION)
        self.aws.calls.clear()
        self.aws.answers = {key: _held(key, answer) for key, answer in answers.items()}
        reader = self.aws.reader(self.clients)
        module = import_module(f"aimigrate.assess.collectors.{collector.replace('-', '_')}")
        assert module.collector.name == collector
        findings = list(module.collector.find(reader, InstanceTypes(reader)))
        found = [one for one in findings if isinstance(one, Found)]
        assert len({one.workload.id for one in found}) == len(found)
        return Run(
            calls={operation: times for (_, operation), times in self.aws.calls.items()},
            found={one.workload.id: one for one in found},
            resources={one.id: one for one in findings if isinstance(one, Resource)},
            links=[one for one in findings if isinstance(one, Link)],
            commitments=[one for one in findings if isinstance(one, Commitment)],
            coverage={entry.operation: entry for entry in coverage_of(ACCOUNT, [reader.tally]).entries},
            order=[one.workload.id for one in found],
        )


def _held(key: tuple[str, str], answer: Answer) -> Answer:
    def checked(params: dict[str, Any]) -> Mapping[str, Any]:
        given = answer(params) if callable(answer) else answer
        assert shape_faults(*key, given, whole=False) == []
        return given

    return checked


def refused(code: str, message: str = "said AWS") -> Callable[[dict[str, Any]], Mapping[str, Any]]:
    """Return an answer that refuses."""

    def answer(_: dict[str, Any]) -> Mapping[str, Any]:
        raise Refused(code, message)

    return answer


def named(member: str, answers: Mapping[str, Mapping[str, Any]]) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
    """Answer by the name asked for; what is not there is gone, as SageMaker says it."""

    def answer(params: dict[str, Any]) -> Mapping[str, Any]:
        if params[member] not in answers:
            raise Refused("ValidationException", f"Could not find {params[member]}.")
        return answers[params[member]]

    return answer


def paged(key: str, items: list[Any], *, size: int = 100) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
    """Answer a list in pages, as large as asked for."""

    def answer(params: dict[str, Any]) -> Mapping[str, Any]:
        start = int(params.get("NextToken", "0"))
        end = start + min(size, params.get("MaxResults", 10))
        more = {"NextToken": str(end)} if end < len(items) else {}
        return {key: items[start:end], **more}

    return answer
