"""What AWS answered, as it is kept: without secrets, in one order, the same whether it was just read or is read again.

A unit of collection (one service of one region) leaves one recording: a gzipped JSON line for each thing asked. An
inventory is always built from recordings, so a live run, a resumed one and a snapshot give the same bytes.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aimigrate.assess._asl import kept_definition, kept_input
from aimigrate.assess._refusals import Refusal

Item = dict[str, Any]

_LEVEL = 3  # gzip: a third of the time of the default level for a tenth more bytes, on recorded answers (2026-11)

# Members of AWS's answers that may hold a secret or a person's data, and that nothing here needs. They are dropped
# before a collector sees them, whatever their shape, so that no file, log or error can hold one.
NOT_KEPT = frozenset(
    {
        "Command", "CommonAttributes", "ContainerArguments", "ContainerEntrypoint", "ContainerOverrides",
        "CustomAttributes", "Email", "Environment", "EnvironmentVariables", "HECToken", "HttpParameters",
        "HyperParameters", "InputPathsMap", "InputTemplate", "InputTransformer", "MasterAccountEmail",
        "PipelineParameterList", "RedshiftDataParameters", "ResponseMetadata", "StaticHyperParameters",
        "TunedHyperParameters", "UserData", "command",
        "connectionProperties", "containerOverrides", "dockerLabels", "entryPoint", "environment", "environmentFiles",
        "overrides", "parameters", "repositoryCredentials", "secretOptions", "secrets", "userData",
    }
)  # fmt: skip


# Texts of an owner of which only what they start is kept: state machines, and what schedules hand to a call.
_REDUCED = {"Input": kept_input, "definition": kept_definition}

_TAGS = frozenset({"Tags", "tags"})


@dataclass(frozen=True)
class Answer:
    """One thing that was asked: what came, in how many reads, and what was refused."""

    service: str
    operation: str
    asked: str
    """The member read and the parameters, as canonical JSON: what tells this question from every other."""
    frozen: Any
    """What came, as JSON holds it. Of a call for one thing: its answer, or None."""
    reads: int
    refusal: Refusal | None = None

    @property
    def value(self) -> Any:  # noqa: ANN401  # as AWS answered
        """Return what came, with times as times."""
        return thaw(self.frozen)


def freeze(value: Any) -> Any:  # noqa: ANN401  # any answer of AWS
    """Return the value as JSON can hold it, without the members that are not kept."""
    if isinstance(value, dict):
        return {_escaped(key): _member(key, item) for key, item in value.items() if key not in NOT_KEPT}
    if isinstance(value, list | tuple):
        return _frozen_list(value)
    if isinstance(value, datetime):
        return {"$at": value.timestamp()}
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # a lone surrogate is no text
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    return value


def _frozen_list(values: "list[Any] | tuple[Any, ...]") -> Any:  # noqa: ANN401  # any answer of AWS
    """Freeze a list; AWS's lists are of one kind, and those of points are long."""
    if values and isinstance(values[0], datetime):
        return {"$ats": [item.timestamp() for item in values]}
    if values and isinstance(values[0], float | int):
        return list(values)
    return [freeze(item) for item in values]


def _escaped(key: str) -> str:
    """Keep a tag named `$at` apart from our own mark."""
    return f"${key}" if key.startswith("$") else key


def _member(key: str, item: Any) -> Any:  # noqa: ANN401  # any answer of AWS
    """Freeze one member; the keys of a dictionary of tags are their owner's words, not members of an answer."""
    if key in _TAGS and isinstance(item, dict):
        return {_escaped(freeze(name)): freeze(word) for name, word in item.items()}
    if key in _REDUCED:
        return _REDUCED[key](item) if isinstance(item, str) else None
    return freeze(item)


def thaw(value: Any) -> Any:  # noqa: ANN401  # any answer of AWS
    """Undo `freeze`, less what was not kept."""
    if isinstance(value, dict):
        if len(value) == 1:
            (key, held), *_ = value.items()
            if key == "$at":
                return datetime.fromtimestamp(held, UTC)
            if key == "$ats":
                return [datetime.fromtimestamp(at, UTC) for at in held]
            if key == "$bytes":
                return base64.b64decode(held)
        return {key[1:] if key.startswith("$$") else key: thaw(item) for key, item in value.items()}
    if isinstance(value, list):
        return [thaw(item) for item in value] if value and not isinstance(value[0], str | float | int) else value
    return value


def question(key: str | None, parameters: Item) -> str:
    """Return what was asked as canonical JSON: equal questions are equal strings."""
    return json.dumps([key, freeze(parameters)], sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_ALLOWANCE = ("aimigrate", "MetricsLeft")


def allowance(metrics: int) -> Answer:
    """Keep how many metrics a unit might ask for, so that its recording is read back under the same limit."""
    return Answer(*_ALLOWANCE, asked="", frozen=metrics, reads=0)


def allowed(answers: Iterable[Answer]) -> int | None:
    """Return how many metrics might be asked for; None is any number."""
    return next((int(one.frozen) for one in answers if (one.service, one.operation) == _ALLOWANCE), None)


def recording(answers: Iterable[Answer]) -> bytes:
    """Return the answers as a gzipped file, a line each, the same bytes for the same answers."""
    lines = [
        json.dumps(
            {
                "asked": one.asked,
                "came": one.frozen,
                "operation": one.operation,
                "reads": one.reads,
                "refused": one.refusal and [one.refusal.status, one.refusal.reason, one.refusal.fix],
                "service": one.service,
            },
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )
        for one in sorted(answers, key=lambda one: (one.service, one.operation, one.asked))
    ]
    text = "".join(f"{line}\n" for line in lines).encode()
    return gzip.compress(text, _LEVEL, mtime=0)


def recorded(content: bytes) -> list[Answer]:
    """Read a recording back. Raises ValueError, KeyError, TypeError or OSError when it is none."""
    found = []
    for line in gzip.decompress(content).decode().split("\n")[:-1]:
        held = json.loads(line)
        refused = held["refused"]
        found.append(
            Answer(
                service=held["service"],
                operation=held["operation"],
                asked=held["asked"],
                frozen=held["came"],
                reads=held["reads"],
                refusal=Refusal(*refused) if refused else None,
            )
        )
    return found


def digest(content: bytes) -> str:
    """Return the hex sha256."""
    return hashlib.sha256(content).hexdigest()
