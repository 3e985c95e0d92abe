"""What embedded DuckDB is asked is the expressions, compiled beforehand; Athena gets the same expressions."""

import json
from pathlib import Path

import pytest

import aimigrate.assess
from aimigrate.assess._bill_duck import QUESTIONS, layout_of
from aimigrate.assess._bill_forms import FORMS
from aimigrate.assess._bill_question import question_of

HELD = Path(aimigrate.assess.__path__[0]).resolve() / QUESTIONS


def test_the_questions_held_are_the_expressions_compiled(request: pytest.FixtureRequest) -> None:
    """Word for word; with --rewrite they are compiled again, and their difference is for review."""
    compiled = {
        form.name: {
            kind: question_of(form, layout_of(form, kind), ("laid_out", None, None)).compiled("duckdb")
            for kind in ("floats", "text")
        }
        for form in FORMS
    }
    if request.config.getoption("--rewrite"):
        HELD.write_text(json.dumps(compiled, indent=1) + "\n")

    assert json.loads(HELD.read_text()) == compiled
