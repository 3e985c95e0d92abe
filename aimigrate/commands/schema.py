"""`aimigrate schema NAME`: the JSON Schema of a document."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def schema(
        name: Annotated[str, typer.Argument(help="inventory, assessment, plan, rendered, rollout, sites or hints.")],
    ) -> None:
        """Print the JSON Schema of a document."""
        from aimigrate.contracts import DOCUMENTS
        from aimigrate.errors import UsageProblem
        from aimigrate.output import emit_json

        if name not in DOCUMENTS:
            raise UsageProblem(
                what=f"no document is named {name!r}",
                why=f"there are {', '.join(DOCUMENTS)}",
                fix="give one of these names",
            )
        emit_json(DOCUMENTS[name].model_json_schema(mode="serialization"))
