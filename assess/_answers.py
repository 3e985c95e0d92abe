"""What AWS answered, as it is kept: without secrets, in one order, the same whether it was just read or is read again.

A unit of collection (one service of one region) leaves one recording: a gzipped JSON line for each thing asked. An
inventory is always built from recordings, so a live run, a resumed one and a snapshot give the same bytes.
"""

import base64
import gzip
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, overload

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
        "TunedHyperParameters", "UserData", "activationCode", "annotations", "args", "certificateAuthority", "command",
        "connectionProperties", "containerOverrides", "dockerLabels", "driverOpts", "entryPoint", "env", "environment",
        "environmentFiles", "firelensConfiguration", "logConfiguration", "overrides", "parameters",
        "repositoryCredentials", "secretOptions", "secrets", "userData",
    }
)  # fmt: skip


# Texts of an owner of which only what they start is kept: state machines, and what schedules hand to a call.
_REDUCED = {"Input": kept_input, "definition": kept_definition}
_MODEL = "HF_MODEL_ID"  # of a SageMaker model: which public model it is (SageMaker developer guide, read 2026-11)
_HUB_NAME = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)

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
        return {
            _escaped(key): item if type(item) in _PLAIN else _member(key, item)
            for key, item in value.items()
            if _kept(key, item)
        }
    if isinstance(value, list | tuple):
        return _frozen_list(value)
    if isinstance(value, datetime):
        return {"$at": value.timestamp()}
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # a lone surrogate is no text
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    return value


_PLAIN = frozenset({bool, int, float, type(None)})


def _frozen_list(values: "list[Any] | tuple[Any, ...]") -> Any:  # noqa: ANN401  # any answer of AWS
    """Freeze a list; AWS's lists are of one kind, and those of points are long."""
    if values and isinstance(values[0], datetime):
        return _frozen_times([item.timestamp() for item in values])
    if values and isinstance(values[0], float | int):
        return list(values)
    return [freeze(item) for item in values]


def _frozen_times(at_s: list[float]) -> Item:
    """Freeze times, as start, step and count where they are even: those of points are."""
    steps = {later - earlier for earlier, later in pairwise(at_s)}
    if len(at_s) > 2 and len(steps) == 1:  # noqa: PLR2004  # two times are always even
        return {"$every": [at_s[0], steps.pop(), len(at_s)]}
    return {"$ats": at_s}


class Times(Sequence[datetime]):
    """Even times, made one by one as they are asked for."""

    def __init__(self, start_s: float, step_s: float, length: int) -> None:
        self.start_s, self.step_s, self.length = start_s, step_s, length

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, index: int) -> datetime: ...

    @overload
    def __getitem__(self, index: slice) -> "list[datetime]": ...

    def __getitem__(self, index: int | slice) -> "datetime | list[datetime]":
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self.length))]
        if not -self.length <= index < self.length:
            raise IndexError(index)
        return datetime.fromtimestamp(self.start_s + (index % self.length) * self.step_s, UTC)


def _escaped(key: str) -> str:
    """Keep a tag named `$at` apart from our own mark."""
    return f"${key}" if key.startswith("$") else key


def _kept(key: str, item: Any) -> bool:  # noqa: ANN401  # any answer of AWS
    return key not in NOT_KEPT or (key == "Environment" and isinstance(item, dict) and _hub_name(item) is not None)


def _hub_name(environment: Item) -> str | None:
    name = environment.get(_MODEL)
    return name if isinstance(name, str) and _HUB_NAME.fullmatch(name) else None


def _member(key: str, item: Any) -> Any:  # noqa: ANN401  # any answer of AWS
    """Freeze one member; the keys of a dictionary of tags are their owner's words, not members of an answer."""
    if key in _TAGS and isinstance(item, dict):
        return {_escaped(freeze(name)): freeze(word) for name, word in item.items()}
    if key == "Environment":
        return {_MODEL: _hub_name(item)}
    if key in _REDUCED:
        return _REDUCED[key](item) if isinstance(item, str) else None
    return freeze(item)


def thaw(value: Any) -> Any:  # noqa: ANN401  # any answer of AWS
    """Undo `freeze`, less what was not kept."""
    if isinstance(value, dict):
        if len(value) == 1:
            (key, held), *_ = value.items()
            if key in _MARKS:
                return _MARKS[key](held)
        return {
            key[1:] if key.startswith("$$") else key: item if type(item) in _LEAVES else thaw(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return value if value and type(value[0]) in _LEAVES else [thaw(item) for item in value]
    return value


_LEAVES = frozenset({bool, int, float, str, type(None)})


def _time(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


_MARKS: dict[str, Callable[[Any], Any]] = {
    "$at": _time,
    "$ats": lambda held: [_time(at_s) for at_s in held],
    "$bytes": base64.b64decode,
    "$every": lambda held: Times(*held),
}


def question(key: str | None, parameters: Item) -> str:
    """Return what was asked as canonical JSON: equal questions are equal strings."""
    return json.dumps([key, freeze(parameters)], sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_ALLOWANCE = ("aimigrate", "MetricsLeft")


def allowance(metrics: int) -> Answer:
    """Keep how many metrics a unit might ask for, so that its recording is read back under the same limit."""
    return Answer(*_ALLOWANCE, asked="", frozen=metrics, reads=0)


@dataclass(frozen=True, order=True)
class Line:
    """One answer as it is written: what tells it from every other, and its text, smaller than points as floats."""

    service: str
    operation: str
    asked: str
    text: bytes


def line_of(answer: Answer) -> Line:
    """Return an answer as two lines of JSON: what was asked and how it went, then what came."""
    refused = answer.refusal
    head = {
        "asked": answer.asked,
        "operation": answer.operation,
        "reads": answer.reads,
        "refused": refused and [refused.status, refused.reason, refused.fix],
        "service": answer.service,
    }
    text = f"{_dumped(head)}\n{_dumped(answer.frozen)}\n".encode()
    return Line(answer.service, answer.operation, answer.asked, text)


def _dumped(value: Any) -> str:  # noqa: ANN401  # any JSON value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def recording(lines: Iterable[Line]) -> bytes:
    """Return the answers as a gzipped file, the same bytes for the same answers."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=_LEVEL, mtime=0) as stream:
        for line in sorted(lines):
            stream.write(line.text)
    return buffer.getvalue()


class Recorded:
    """A recording, read back answer by answer: what came is read only when it is asked for."""

    def __init__(self, content: bytes) -> None:
        """Open a recording. Raises ValueError, KeyError, TypeError or OSError when it is none."""
        self._held: dict[tuple[str, str, str], tuple[Item, bytes]] = {}
        self.metrics_left: int | None = None
        """How many metrics the unit might ask for; None is any number."""
        lines = iter(gzip.decompress(content).split(b"\n"))
        for line in lines:
            if not line:
                continue
            head, came = json.loads(line), next(lines)
            if (head["service"], head["operation"]) == _ALLOWANCE:
                self.metrics_left = int(came)
            else:
                self._held[head["service"], head["operation"].lower(), head["asked"]] = (head, came)

    def answers(self) -> list[Answer]:
        """Return every answer, in the order of the file."""
        return [_answer(head, came) for head, came in self._held.values()]

    def find(self, service: str, operation: str, asked: str) -> Answer | None:
        """Return the answer to a question; the operation is in lower case. None: it was not asked."""
        held = self._held.get((service, operation, asked))
        return _answer(*held) if held else None


def _answer(head: Item, came: bytes) -> Answer:
    refused = head["refused"]
    return Answer(
        service=head["service"],
        operation=head["operation"],
        asked=head["asked"],
        frozen=json.loads(came),
        reads=head["reads"],
        refusal=Refusal(*refused) if refused else None,
    )


def digest(content: bytes) -> str:
    """Return the hex sha256."""
    return hashlib.sha256(content).hexdigest()
