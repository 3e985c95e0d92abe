"""What an importer is, and what it finds in a file."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal


class MeasuringProblem(Exception):
    """A file that a tool wrote does not hold what it should; the message says what is missing."""


@dataclass(frozen=True)
class Measured:
    """What a file says: inferences or tokens a second, and milliseconds of one pass or request."""

    per_second: float
    batch: int
    how: str
    latency_ms: float | None = None
    latency_p99_ms: float | None = None
    unit: Literal["inferences", "tokens"] = "inferences"


@dataclass(frozen=True)
class Importer:
    """Reads what one tool writes. `read` takes the text and the batch that the index states, None where it does not.

    Raises MeasuringProblem where a figure is missing or none.
    """

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[str, int | None], Measured]


def as_json(text: str) -> Any:  # noqa: ANN401  # what a tool's JSON holds
    """Return the document, or None where the text is no JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def positive(value: object, what: str) -> float:
    """Return a figure above zero. Raises MeasuringProblem for anything else: an unknown never becomes a speed."""
    try:
        figure = float(value)  # type: ignore[arg-type]  # a refusal is answered below
    except (TypeError, ValueError):
        figure = 0.0
    if not isfinite(figure) or figure <= 0:
        raise MeasuringProblem(f"no {what} in it")
    return figure


def optional(value: object) -> float | None:
    """Return a figure above zero, None for anything else."""
    try:
        return positive(value, "figure")
    except MeasuringProblem:
        return None
