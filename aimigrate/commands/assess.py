"""`aimigrate assess`: read an account, a snapshot or observations, and judge what runs there."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def assess(
        *,
        account: Annotated[str | None, typer.Option(help="The account's 12 digits.")] = None,
        profile: Annotated[str | None, typer.Option(help="AWS profile to use.")] = None,
        role_arn: Annotated[str | None, typer.Option(help="Role to assume for reading.")] = None,
        external_id: Annotated[str | None, typer.Option(help="External id that the role asks for.")] = None,
        regions: Annotated[str, typer.Option(help="Regions, with commas; none given: each that is enabled.")] = "",
        lookback: Annotated[str, typer.Option(help="How far back to look: 36h, 14d, 2w.")] = "14d",
        snapshot: Annotated[Path | None, typer.Option(help="Read this snapshot instead of AWS.")] = None,
        observations: Annotated[Path | None, typer.Option(help="Read this folder of tables instead of AWS.")] = None,
        focus: Annotated[Path | None, typer.Option(help="A bill in FOCUS form, CSV or Parquet.")] = None,
        hints: Annotated[Path | None, typer.Option(help="hints.yaml with your answers.")] = None,
        out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
        organization: Annotated[bool, typer.Option(help="Not supported yet.")] = False,
        max_api_spend: Annotated[float | None, typer.Option(help="Not supported yet.")] = None,
        now: Annotated[str | None, typer.Option(hidden=True, help="Read as of this time, RFC 3339.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        """Find what runs models in an account, what it costs, and what could run on a Jetson instead."""
        from aimigrate.commands._assessing import Request, lookback_days, run, show
        from aimigrate.errors import UsageProblem
        from aimigrate.output import emit_json

        if organization:
            raise UsageProblem(
                what="--organization is not supported yet",
                why="this version reads one account at a time",
                fix="run `aimigrate assess --account ID --role-arn ARN` once for each account",
            )
        if max_api_spend is not None:
            raise UsageProblem(
                what="--max-api-spend is not supported yet",
                why="this version keeps no count of what its calls cost",
                fix="bound the cost with --regions and --lookback: AWS charges 0.01 USD for each 1,000 metrics read",
            )
        assessed = run(
            Request(
                out=out,
                account_id=account,
                profile=profile,
                role_arn=role_arn,
                external_id=external_id,
                regions=tuple(name.strip() for name in regions.split(",") if name.strip()),
                lookback_days=lookback_days(lookback),
                snapshot=snapshot,
                observations=observations,
                focus=focus,
                hints=hints,
                now=_moment(now),
            )
        )
        show(assessed)
        if as_json:
            emit_json(assessed.summary())
        raise typer.Exit(assessed.exit_code)


def _moment(text: str | None) -> datetime | None:
    """Read a time. Raises UsageProblem when it is none, or carries no offset."""
    from aimigrate.errors import UsageProblem

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageProblem(what=f"--now {text!r} is no time", why="RFC 3339 with an offset", fix="2026-11-20T00:00:00Z")
    return moment
