"""What the engine did or would do, from its event log."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COUNTED = ("create", "update", "delete", "replace", "import", "read", "same")
_EMPTY_WORDS = "the program ended with exit code"  # the language host's, after the program has said why
_REPLACING = ("create-replacement", "delete-replaced")


@dataclass(frozen=True)
class Resource:
    """One resource and what happens to it: an operation of COUNTED."""

    operation: str
    type: str
    name: str
    urn: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one run of the engine came to."""

    resources: tuple[Resource, ...]
    problems: tuple[str, ...]

    @property
    def changes(self) -> dict[str, int]:
        """Resources by operation, those that stay the same included."""
        operations = [resource.operation for resource in self.resources]
        return {operation: operations.count(operation) for operation in COUNTED if operation in operations}


def read(log: Path) -> Outcome:
    """Read an event log, cut short or not."""
    resources: dict[str, Resource] = {}
    problems: list[str] = []
    for event in _events(log):
        metadata = (event.get("resourcePreEvent") or event.get("resOutputsEvent") or {}).get("metadata")
        if metadata is not None:
            _note(resources, metadata)
        diagnostic = event.get("diagnosticEvent")
        if diagnostic and diagnostic.get("severity") == "error":
            message = str(diagnostic.get("message", "")).strip()
            if message and message not in problems:
                problems.append(message)
    told = [problem for problem in problems if _EMPTY_WORDS not in problem]
    return Outcome(tuple(resources[urn] for urn in sorted(resources)), tuple(told or problems))


def _events(log: Path) -> Iterator[dict[str, Any]]:
    if not log.exists():
        return
    for line in log.read_text("utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last line of a run that was cut off
            return


def _note(resources: dict[str, Resource], metadata: dict[str, Any]) -> None:
    urn, operation = str(metadata["urn"]), str(metadata["op"])
    if operation in _REPLACING:
        operation = "replace"
    if operation == "refresh":
        operation = "same"
    known = resources.get(urn)
    if operation not in COUNTED or (known is not None and operation == "same"):
        return
    changed = tuple(sorted(metadata.get("diffs") or metadata.get("detailedDiff") or ()))
    kind = str(metadata["type"])
    resources[urn] = Resource(operation, kind, urn.rsplit("::", 1)[-1], urn, changed)
