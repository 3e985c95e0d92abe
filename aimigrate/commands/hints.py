"""`aimigrate hints init ASSESSMENT`: the questions whose answers decide something."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    hints = typer.Typer(help="Answer what AWS does not say.")
    app.add_typer(hints, name="hints", no_args_is_help=True)

    @hints.callback()
    def _group() -> None:
        """Keep `init` a command of its own, though it is the only one."""

    @hints.command()
    def init(
        *,
        assessment: Annotated[Path, typer.Argument(help="The assessment.json to ask about.")],
        out: Annotated[Path, typer.Option(help="Where to write the questions.")] = Path("hints.yaml"),
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        """Write one question per unknown that decides something, dearest workload first."""
        from aimigrate.assess.hints import count, questions
        from aimigrate.contracts import Assessment
        from aimigrate.documents import load_json, save
        from aimigrate.errors import UsageProblem
        from aimigrate.output import emit_json, stderr

        read = load_json(assessment, Assessment)
        if out.exists():
            raise UsageProblem(
                what=f"{out} was not written",
                why="there is such a file, and it may hold a person's answers",
                fix="give another file with --out, or move that one away",
            )
        save(out, questions(read, name=out.name).encode())
        asked = count(read)
        if as_json:
            emit_json({"path": str(out), "questions": asked})
            return
        stderr.print(f"{asked} questions in {out}")
        if asked:
            stderr.print(f"answer what you know, then: aimigrate assess … --hints {out}")
