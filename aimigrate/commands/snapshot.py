"""`aimigrate snapshot diff A B`: what changed between two snapshots."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from aimigrate.assess.snapshot_diff import Named, SnapshotDiff

_SHOWN = 20  # resources of a kind of change; --json has them all
_BEFORE = typer.Argument(help="The older snapshot/ folder, or the folder that holds it.")
_AFTER = typer.Argument(help="The newer one.")
_JSON = typer.Option("--json", help="Print the result as JSON, alone on stdout.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(name="snapshot", help="Look at what AWS answered, as it was kept.", no_args_is_help=True)
    app.add_typer(group, name="snapshot")

    @group.callback()
    def _group() -> None:
        """Look at what AWS answered, as it was kept."""

    @group.command()
    def diff(
        before: Annotated[Path, _BEFORE],
        after: Annotated[Path, _AFTER],
        *,
        as_json: Annotated[bool, _JSON] = False,
    ) -> None:
        """Say what changed: accounts, regions, workloads field by field, resources, holes in the coverage."""
        from aimigrate.assess.explain import printable
        from aimigrate.assess.snapshot import Snapshot
        from aimigrate.assess.snapshot_diff import diff as changes
        from aimigrate.output import emit_json

        found = changes(Snapshot(before), Snapshot(after))
        if as_json:
            emit_json(found.model_dump(mode="json"))
            return
        for line in _lines(found):
            typer.echo(printable(line))


def _lines(found: "SnapshotDiff") -> Iterator[str]:
    when = f"{found.before.collected_at:%Y-%m-%d %H:%M} to {found.after.collected_at:%Y-%m-%d %H:%M} UTC"
    yield f"account {found.after.account_id}, {when}: {'changed' if found.changed else 'no difference'}"
    for sign, what, names in (
        ("+", "account", found.accounts_added),
        ("-", "account", found.accounts_removed),
        ("+", "region", found.regions_added),
        ("-", "region", found.regions_removed),
    ):
        yield from (f"{sign} {what} {name}" for name in names)
    yield from (f"+ workload {one.id}{_of(found, one.account_id)}" for one in found.workloads_added)
    yield from (f"- workload {one.id}{_of(found, one.account_id)}" for one in found.workloads_removed)
    for change in found.workloads_changed:
        yield f"~ workload {change.id}{_of(found, change.account_id)}"
        yield from (f"    {one.field}: {_value(one.before)} -> {_value(one.after)}" for one in change.fields)
    yield from _resources("+", found.resources_added)
    yield from _resources("-", found.resources_removed)
    for sign, holes in (("opened", found.holes_opened), ("closed", found.holes_closed)):
        for hole in holes:
            where = f"{hole.service} {hole.operation} in {hole.region}{_of(found, hole.account_id)}"
            yield f"! hole {sign}: {where}: {hole.status}: {hole.reason}"


def _of(found: "SnapshotDiff", account_id: str) -> str:
    return "" if account_id == found.after.account_id else f" of {account_id}"


def _value(value: Any) -> str:  # noqa: ANN401  # any JSON value
    return "unknown" if value is None else json.dumps(value, ensure_ascii=False)


def _resources(sign: str, things: "tuple[Named, ...]") -> Iterator[str]:
    for thing in things[:_SHOWN]:
        yield f"{sign} resource {thing.type} {thing.id}"
    if len(things) > _SHOWN:
        yield f"{sign} {len(things) - _SHOWN} more resources; --json names them"
