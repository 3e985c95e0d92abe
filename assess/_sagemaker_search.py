"""Details of many SageMaker things at once: Search answers for a hundred, a Describe call for one.

What exists is what the lists say; Search only spares describes. What it lacks, what it shows as it was before the
list's last change, and all where it is not to be had, is described one by one: nothing is lost by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from aimigrate.assess._found import tags_of
from aimigrate.assess._reading import Item, Reader

SEARCH_ACTION = "sagemaker:Search"
_PAGE = 100  # MaxResults of Search (SageMaker API reference, read 2026-11)


@dataclass(frozen=True)
class Kind:
    """One kind of thing: how Search and Describe name it."""

    resource: str
    member: tuple[str, ...]
    """Where in a record of Search it stands."""
    call: str
    word: str

    @property
    def key(self) -> str:
        """Member of its name, and parameter of the call that describes it."""
        return f"{self.word}Name"


ENDPOINTS = Kind("Endpoint", ("Endpoint",), "describe_endpoint", "Endpoint")
MODELS = Kind("Model", ("Model", "Model"), "describe_model", "Model")
TRAINING_JOBS = Kind("TrainingJob", ("TrainingJob",), "describe_training_job", "TrainingJob")


def details(
    reader: Reader,
    kind: Kind,
    wanted: Mapping[str, Item],
    *,
    of: int,
    also: Mapping[str, Item] | None = None,
    filters: Iterable[Item] = (),
) -> dict[str, Item | None]:
    """Return the details of each thing by name, None where they were refused or it is gone.

    `wanted` holds each as it was listed; `of` is how many Search would go through: it is asked where that takes fewer
    requests. What of `also` it knows is then returned too, and never described.
    """
    found: dict[str, Item | None] = {}
    if ceil(of / _PAGE) < len(wanted):
        listed = {**(also or {}), **wanted}
        found |= {
            name: one
            for name, one in _searched(reader, kind, list(filters)).items()
            if name in listed and not _changed_since(one, listed[name])
        }
    lacking = sorted(wanted.keys() - found.keys())
    described = reader.many("sagemaker", kind.call, [(name, {kind.key: name}) for name in lacking])
    return found | dict(zip(lacking, described, strict=True))


def tags_told(kind: Kind, told: Mapping[str, Item | None]) -> dict[str, dict[str, str]]:
    """Return the tags by ARN of the things whose details say them: Search does, a Describe call does not."""
    return {str(one[f"{kind.word}Arn"]): tags_of(one["Tags"]) for one in told.values() if one and "Tags" in one}


def _searched(reader: Reader, kind: Kind, filters: list[Item]) -> dict[str, Item]:
    given: Item = {"SearchExpression": {"Filters": filters}} if filters else {}
    records = reader.items(
        "sagemaker", "search", "Results", spare=True, Resource=kind.resource, MaxResults=_PAGE, **given
    )
    found: dict[str, Item] = {}
    for record in records:
        for member in kind.member:
            record = record.get(member) or {}  # noqa: PLW2901  # one level deeper each time
        if record.get(kind.key):
            found[str(record[kind.key])] = record
    return found


def _changed_since(found: Item, listed: Item) -> bool:
    """Return whether the list shows a later state than Search, whose index follows the things with a delay."""
    at, last = found.get("LastModifiedTime"), listed.get("LastModifiedTime")
    return bool(at and last and at < last)
