"""Check a stack's settings before the first resource."""

import pulumi
from pydantic import ValidationError

from aimigrate.contracts.problems import field_problems
from aimigrate.contracts.stack import StackSettings


def checked(values: object) -> StackSettings:
    """Return the settings. Raises RunError that names each bad field, so that the engine shows words and no trace."""
    try:
        return StackSettings.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(field_problems(error))
        raise pulumi.RunError(
            f"config aimigrate:settings can't be used: {problems}. Generate the deploy again."
        ) from error
