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
        role_arn: Annotated[
            str | None, typer.Option(help="Role to assume for reading; with --organization, its name in each account.")
        ] = None,
        external_id: Annotated[str | None, typer.Option(help="External id that the role asks for.")] = None,
        regions: Annotated[str, typer.Option(help="Regions, with commas; none given: each that is enabled.")] = "",
        lookback: Annotated[str, typer.Option(help="How far back to look: 36h, 14d, 2w.")] = "14d",
        snapshot: Annotated[Path | None, typer.Option(help="Read this snapshot instead of AWS.")] = None,
        observations: Annotated[Path | None, typer.Option(help="Read this folder of tables instead of AWS.")] = None,
        focus: Annotated[
            Path | None,
            typer.Option(
                help="A bill, CUR 2.0 or FOCUS 1.0-1.2: a file or folder (CSV, CSV.gz, Parquet), s3://BUCKET/PREFIX, "
                "or athena://WORKGROUP/DATABASE/TABLE."
            ),
        ] = None,
        hints: Annotated[Path | None, typer.Option(help="hints.yaml with your answers.")] = None,
        sites: Annotated[
            Path | None, typer.Option(help="sites.yaml: what may lie at none of them, or fits no link, stays.")
        ] = None,
        history: Annotated[
            Path | None, typer.Option(help="History that `aimigrate watch` keeps: older metrics are judged too.")
        ] = None,
        measured: Annotated[
            Path | None,
            typer.Option(help="Folder with measured.yaml and what trtexec, perf_analyzer or ONNX Runtime wrote."),
        ] = None,
        out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
        organization: Annotated[
            bool, typer.Option(help="Read every account of the organization through a role in each.")
        ] = False,
        max_api_spend: Annotated[
            float | None, typer.Option(help="USD that the calls may cost; what is not asked for then is a named hole.")
        ] = None,
        state: Annotated[
            str | None, typer.Option(help="postgresql://… shared by several workers; none given: a file in --out.")
        ] = None,
        at_once: Annotated[
            int | None,
            typer.Option(min=1, help="Requests on their way at once, 32 unless given; fewer ask less of AWS's limits."),
        ] = None,
        now: Annotated[str | None, typer.Option(hidden=True, help="Read as of this time, RFC 3339.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        """Find what runs models in an account, what it costs, and what could run on a Jetson instead."""
        from aimigrate.commands._assessing import Request, lookback_days, run
        from aimigrate.commands._showing import show
        from aimigrate.errors import UsageProblem
        from aimigrate.output import emit_json

        if max_api_spend is not None and max_api_spend < 0:
            raise UsageProblem(
                what=f"--max-api-spend {max_api_spend:g} can't be used", why="it is less than nothing", fix="give USD"
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
                sites=sites,
                history=history,
                measured=measured,
                now=_moment(now),
                organization=organization,
                max_api_spend_usd=max_api_spend,
                state=state,
                calls_at_once=at_once,
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
