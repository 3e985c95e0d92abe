"""`aimigrate overflow size`: capacity for an arrival trace, and the spill to expect."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    overflow = typer.Typer(help="How much to keep in the cloud, and how much of the load will use it.")
    app.add_typer(overflow, name="overflow", no_args_is_help=True)

    @overflow.callback()
    def _group() -> None:
        """Keep `size` a command of its own, though it is the only one."""

    @overflow.command()
    def size(
        *,
        arrivals: Annotated[
            Path, typer.Option(help="CSV with timestamp or t_s, and count or rate_rps where a row is an interval.")
        ],
        service_time_ms: Annotated[float, typer.Option(help="How long one request holds a slot.")],
        latency_limit_ms: Annotated[
            float | None, typer.Option(help="How long a request may take; sets the window in which the peak is sought.")
        ] = None,
        target: Annotated[float, typer.Option(help="Cloud capacity over all capacity.")] = 0.15,
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        """Size edge and cloud capacity for an arrival trace, and say what share of requests will spill."""
        from aimigrate.contracts.plan import CAPACITY_SHARE_HIGH, CAPACITY_SHARE_LOW
        from aimigrate.output import emit_json, stderr, stdout
        from aimigrate.planning.arrivals import read_arrivals
        from aimigrate.planning.overflow import size as size_overflow

        found = size_overflow(
            read_arrivals(arrivals),
            service_time_s=service_time_ms / 1_000,
            latency_limit_s=None if latency_limit_ms is None else latency_limit_ms / 1_000,
            target_share=target,
        )
        if not CAPACITY_SHARE_LOW <= target <= CAPACITY_SHARE_HIGH:
            stderr.print(
                f"note: a plan keeps 10-20 % of its capacity in the cloud; {target:.0%} needs a named exception"
            )
        if as_json:
            emit_json(found.model_dump(mode="json"))
            return
        spill = found.spill_share
        stdout.print(f"peak            {found.peak_rps:,.2f} requests/s in the busiest {found.window_s:g} s")
        stdout.print(f"mean            {found.mean_rps:,.2f} requests/s")
        stdout.print(f"edge capacity   {found.edge_capacity_rps:,.2f} requests/s, {found.edge_slots} in flight")
        stdout.print(f"cloud capacity  {found.cloud_capacity_rps:,.2f} requests/s, {found.capacity_share:.1%} of all")
        stdout.print(
            f"spill to expect {spill.expected:.2%} of requests (95 % interval {spill.low:.2%} to {spill.high:.2%})"
        )
        stdout.print(f"method          {found.method}")
