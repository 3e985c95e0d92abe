"""`aimigrate iam-policy`: the permissions that reading an account needs, and no other."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(name="iam-policy")
    def iam_policy() -> None:
        """Print the least-privilege policy of `aimigrate assess` as JSON."""
        from aimigrate.assess.policy import policy
        from aimigrate.output import emit_json

        emit_json(policy())
