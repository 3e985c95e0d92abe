"""Words for what exists: facts as text; and long lists in pieces of what one call takes."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def facts_of(**values: Any) -> dict[str, str]:  # noqa: ANN401  # whatever AWS answers
    """Return what is known as text, by name; what is None or empty is left out, lists are joined in their order."""
    found = {}
    for name, value in sorted(values.items()):
        if isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif isinstance(value, list | tuple | set | frozenset):
            found[name] = ",".join(str(one) for one in value)
        elif value is not None:
            found[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return {name: value for name, value in found.items() if value}


def in_pieces(values: Sequence[T], size: int) -> Iterator[list[T]]:
    """Cut a list into pieces of what one call takes."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
