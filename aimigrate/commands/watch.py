"""`aimigrate watch`: read an account again and again, so that its history outlives what CloudWatch keeps."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def watch(
        *,
        account: Annotated[str | None, typer.Option(help="The account's 12 digits.")] = None,
        profile: Annotated[str | None, typer.Option(help="AWS profile to use.")] = None,
        role_arn: Annotated[
            str | None, typer.Option(help="Role to assume for reading; with --organization, its name in each account.")
        ] = None,
        external_id: Annotated[str | None, typer.Option(help="External id that the role asks for.")] = None,
        regions: Annotated[str, typer.Option(help="Regions, with commas; none given: each that is enabled.")] = "",
        organization: Annotated[
            bool, typer.Option(help="Read every account of the organization through a role in each.")
        ] = False,
        history: Annotated[Path, typer.Option(help="Folder that keeps the history.")] = Path("history"),
        every: Annotated[str, typer.Option(help="How often to read: 6h, 1d, 1w.")] = "1d",
        lookback: Annotated[
            str, typer.Option(help="How far each reading looks back; it may overlap, a metric costs the same.")
        ] = "14d",
        keep: Annotated[str, typer.Option(help="How long months and readings are kept.")] = "156w",
        max_api_spend: Annotated[float | None, typer.Option(help="USD that the calls of one reading may cost.")] = None,
        at_once: Annotated[
            int | None,
            typer.Option(min=1, help="Requests on their way at once, 32 unless given; fewer ask less of AWS's limits."),
        ] = None,
        once: Annotated[bool, typer.Option(help="Read once and end, for cron or a systemd timer.")] = False,
        systemd: Annotated[
            bool, typer.Option(help="Print a systemd service and timer that do the same, and a line for cron; end.")
        ] = False,
    ) -> None:
        """Read an account on a schedule and keep its metrics: CloudWatch thins them after 15 days and forgets them."""
        from aimigrate.commands._assessing import Request
        from aimigrate.commands._watching import Watch, duration, repeat, units

        def request(out: Path) -> Request:
            return Request(
                out=out,
                account_id=account,
                profile=profile,
                role_arn=role_arn,
                external_id=external_id,
                regions=tuple(name.strip() for name in regions.split(",") if name.strip()),
                lookback_days=duration("--lookback", lookback).total_seconds() / 86_400,
                organization=organization,
                max_api_spend_usd=max_api_spend,
                calls_at_once=at_once,
            )

        asked = Watch(history, duration("--every", every), duration("--keep", keep), request)
        asked.check()
        if systemd:
            given = {
                "--account": account, "--profile": profile, "--role-arn": role_arn, "--external-id": external_id,
                "--regions": regions, "--lookback": lookback, "--keep": keep,
                "--max-api-spend": None if max_api_spend is None else f"{max_api_spend:g}",
                "--at-once": str(at_once or ""),
            }  # fmt: skip
            options = [word for name, value in given.items() if value for word in (name, value)]
            typer.echo(units(asked, [*options, *(["--organization"] if organization else [])]))
            return
        raise typer.Exit(repeat(asked, once=once))
