"""What is wrong with a document, in words that name the field."""

from pydantic import ValidationError


class DocumentProblem(ValueError):
    """A document that can't be used: where it is, and one line per fault."""

    def __init__(self, where: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{where}: {'; '.join(problems)}")
        self.where = where
        self.problems = problems


def field_path(location: tuple[int | str, ...]) -> str:
    """Write a pydantic location the way a person reads YAML: sites[1].region."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path or "(document)"


def faults(error: ValidationError) -> tuple[tuple[tuple[int | str, ...], str], ...]:
    """Location and message of each fault, without the value: a document may hold something that must not be printed.

    A list whose items are all refused is also reported as too short; that echo is left out.
    """
    found = error.errors(include_url=False, include_input=False)
    return tuple(
        (fault["loc"], fault["msg"])
        for fault in found
        if fault["type"] != "too_short"
        or not any(other["loc"][: len(fault["loc"])] == fault["loc"] for other in found if other is not fault)
    )


def field_problems(error: ValidationError) -> tuple[str, ...]:
    """One line per fault: `field: what is wrong`."""
    return tuple(f"{field_path(location)}: {message}" for location, message in faults(error))
