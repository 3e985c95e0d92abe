"""The tags every resource of a migration carries, so that a person and a bill can find them."""

from collections.abc import Mapping

from aimigrate.contracts.stack import StackSettings


def tags_of(settings: StackSettings) -> Mapping[str, str]:
    """Return the tags that all resources of a stack share."""
    return {
        "aimigrate:migration": settings.migration,
        "aimigrate:phase": settings.phase,
        "aimigrate:plan": settings.plan_sha256[:12],
        "aimigrate:managed-by": "aimigrate",
    }


def tagged(tags: Mapping[str, str], **more: str) -> dict[str, str]:
    """Return the shared tags and those of one resource: `site="fra-plant-1"` becomes aimigrate:site."""
    return {**tags, **{f"aimigrate:{name}": value for name, value in more.items()}}
