"""`aimigrate list`: the parts that are found by their folder: collectors, rules, strategies, targets."""

from typing import Annotated, Any, Literal

import typer

Kind = Literal["collectors", "rules", "strategies", "targets"]
_PARTS: dict[str, tuple[str, str]] = {
    "collectors": ("aimigrate.assess.collectors", "collector"),
    "rules": ("aimigrate.assess.rules", "rule"),
    "strategies": ("aimigrate.planning.strategies", "strategy"),
    "targets": ("aimigrate.planning.targets", "target"),
}
_KIND = typer.Argument(help="Only these; all when left out.")
_JSON = typer.Option("--json", help="Print the result as JSON, alone on stdout.")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("list")
    def list_parts(kind: Annotated[Kind | None, _KIND] = None, *, as_json: Annotated[bool, _JSON] = False) -> None:
        """List the collectors, rules, strategies and edge targets that this installation finds."""
        from aimigrate.output import emit_json
        from aimigrate.registry import discover

        wanted = (kind,) if kind is not None else tuple(_PARTS)
        found = {part: {name: _summary(item) for name, item in discover(*_PARTS[part]).items()} for part in wanted}
        if as_json:
            emit_json(found)
            return
        for part, items in found.items():
            typer.echo(f"{part} ({len(items)})")
            for name, summary in items.items():
                typer.echo(f"  {name:<26} {summary}")


def _summary(item: Any) -> str:  # noqa: ANN401  # any object that a package exports
    """Say in one line what a part is: its title, or the first line of its own docstring."""
    title = getattr(item, "title", None)
    if isinstance(title, str):
        return title
    return (type(item).__doc__ or "").strip().splitlines()[0] if type(item).__doc__ else ""
