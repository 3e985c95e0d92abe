"""The `aimigrate` command: finds the commands, and turns errors into words and exit codes."""

import os
import sys
import threading
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated

import typer

from aimigrate import __version__, commands
from aimigrate.contracts.problems import DocumentProblem
from aimigrate.errors import AimigrateError, UsageProblem

INTERRUPTED = 130

app = typer.Typer(
    name="aimigrate",
    help="Find which cloud AI workloads belong on Jetson modules near their data, and move them there safely.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _module in sorted(module.name for module in iter_modules(commands.__path__) if not module.name.startswith("_")):
    import_module(f"aimigrate.commands.{_module}").register(app)


def _print_version(asked: bool) -> None:  # noqa: FBT001  # Typer passes the flag
    if asked:
        typer.echo(f"aimigrate {__version__}")
        raise typer.Exit


_VERSION = typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
_VERBOSE = typer.Option("-v", "--verbose", help="Add the cause to an error.")


@app.callback()
def _options(
    ctx: typer.Context,
    *,
    version: Annotated[bool, _VERSION] = False,
    verbose: Annotated[bool, _VERBOSE] = False,
) -> None:
    ctx.obj = {"verbose": verbose, "version": version}


def _show(error: AimigrateError) -> None:
    lines = [
        f"error: {error.what}",
        *(f"  why: {line}" if i == 0 else f"       {line}" for i, line in enumerate(error.why.splitlines())),
        f"  fix: {error.fix}",
    ]
    if ("-v" in sys.argv or "--verbose" in sys.argv) and error.__cause__ is not None:
        lines.append(f"  cause: {type(error.__cause__).__name__}: {error.__cause__}")
    typer.echo("\n".join(lines), err=True)


def _run() -> int:
    """Run a command and return its exit code; everything that a person can mend is one message."""
    try:
        app()
    except AimigrateError as error:
        _show(error)
        return error.exit_code
    except DocumentProblem as problem:
        fix = "make it again, or correct the fields named"
        unusable = UsageProblem(what=f"{problem.where} can't be used", why="\n".join(problem.problems), fix=fix)
        unusable.__cause__ = problem.__cause__
        _show(unusable)
        return unusable.exit_code
    except SystemExit as end:
        if end.code == INTERRUPTED:
            typer.echo("interrupted: what was finished is kept", err=True)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def main() -> None:
    """Run a command. An unexpected exception keeps its traceback."""
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    if any(not one.daemon and one is not threading.main_thread() for one in threading.enumerate()):
        os._exit(code)  # a call to AWS that hangs, or a retry that sleeps, must not hold the end
    sys.exit(code)
