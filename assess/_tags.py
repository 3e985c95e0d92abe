"""Tags of many things in few requests: the tagging API answers for a hundred at once, ListTags for one.

The least possible is one request for every 100 tagged things. A thing that never had a tag is not in the answer,
so what is not there has no tags, unless the answer was refused or cut: then its tags are unknown.
"""

from collections.abc import Iterable, Mapping

from aimigrate.assess._found import tags_of
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Missing

# Limits of GetResources (Resource Groups Tagging API reference, read 2026-11).
_PER_PAGE = 100  # ResourcesPerPage
_ARNS = 100  # ResourceARNList, which may not be given together with a filter or a page size
_SERVICE, _CALL, _KEY = "resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList"

TAGS_ACTION = "tag:GetResources"
"""The one IAM action that everything here calls."""


def tags_by_arn(reader: Reader, resource_types: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return the tags of everything of these types (`lambda:function`) in the region, by ARN.

    A refusal is counted by the reader; `tags_missing` then says it of each thing without an answer.
    """
    return _by_arn(
        reader.items(_SERVICE, _CALL, _KEY, ResourcesPerPage=_PER_PAGE, ResourceTypeFilters=list(resource_types))
    )


def tags_of_arns(
    reader: Reader, arns: Iterable[str], told: Mapping[str, dict[str, str]] | None = None
) -> dict[str, dict[str, str]]:
    """Return the tags of these things by ARN: no request for none, and never one for the tags of anything else.

    It takes the fewest requests where few of the things of a type are wanted, such as the latest job of each group.
    What another answer `told` already is not asked for again.
    """
    known = dict(told or {})
    wanted = sorted(set(arns) - known.keys())
    asked: list[Item] = [{"ResourceARNList": wanted[start : start + _ARNS]} for start in range(0, len(wanted), _ARNS)]
    answered = reader.many_items(_SERVICE, _CALL, _KEY, asked)
    return known | _by_arn(answer for answers in answered for answer in answers)


def tags_missing(reader: Reader, tags: Mapping[str, dict[str, str]], arn: str) -> tuple[Missing, ...]:
    """Say that the tags of `arn` are unknown, where the sweep did not give them and was not whole; else nothing."""
    why = reader.refused(_SERVICE, "GetResources")
    if why is None or arn in tags:
        return ()
    return (Missing(what="tags", reason=why, fix=f"allow {TAGS_ACTION}; see the coverage"),)


def _by_arn(mappings: Iterable[Item]) -> dict[str, dict[str, str]]:
    return {str(mapping["ResourceARN"]): tags_of(mapping.get("Tags")) for mapping in mappings}
