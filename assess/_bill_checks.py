"""A bill is refused, with the column or the row that is wrong, rather than summed with a hole in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aimigrate.assess._bill_forms import Form
from aimigrate.assess._bill_place import Place
from aimigrate.assess._bill_question import CURRENCY, MISSING, UNREADABLE, Engine, Question, Row, question_of, sql_of


@dataclass(frozen=True)
class Answer:
    """A bill's lines, the column of them that counts, its edges in time, and its form in words."""

    lines: Sequence[Row]
    cost: str
    edges: Sequence[Row]
    form: str


def ask(place: Place, engine: Engine) -> Answer:
    """Ask the bill. Raises UsageProblem that names a column, a row or a currency that can't be used."""
    question = question_of(place, engine.schema(), engine.name())
    foreign = engine.rows(sql_of(question.foreign(), engine.dialect))
    if foreign:
        names = ", ".join(sorted({str(row["currency"] or "empty") for row in foreign} | _dollars(question, engine)))
        place.refuse(f"{question.form.currency} is {names[:80]}; aimigrate reckons in {CURRENCY}")
    lines = engine.rows(sql_of(question.lines(), engine.dialect))
    if not lines:
        place.refuse("holds no rows")
    edges = engine.rows(sql_of(question.edges(), engine.dialect))
    _check(place, engine, question, lines, edges)
    if _rounded(lines):
        return Answer(
            lines, "other", edges, "FOCUS BilledCost, because every EffectiveCost was rounded to whole dollars"
        )
    return Answer(
        lines, "cost", edges, "FOCUS EffectiveCost" if question.form.other else f"{question.form.name} amortized cost"
    )


def _dollars(question: Question, engine: Engine) -> set[str]:
    """Return US dollars when the bill has them too."""
    return {CURRENCY} if engine.rows(sql_of(question.dollars(), engine.dialect)) else set()


def _check(place: Place, engine: Engine, question: Question, lines: Sequence[Row], edges: Sequence[Row]) -> None:
    for name, rows in (("other", lines), ("cost", lines), ("start", edges), ("end", edges)):
        short = next((row for row in rows if row.get(f"{MISSING}{name}")), None)
        if short is None:
            continue
        charge = str(short["charge"])
        if name == "cost":
            _need(place, question, charge)
        _refuse_value(place, engine, question, name, _column(question.form, name, charge))
    counts = [name for name in lines[0] if name.startswith(UNREADABLE)]
    wrong = next((name for name in counts if any(row[name] for row in lines)), None)
    if wrong is not None:
        _refuse_value(place, engine, question, "unreadable", wrong.removeprefix(UNREADABLE))


def _need(place: Place, question: Question, charge: str) -> None:
    """Refuse a bill that lacks what a charge's amortized cost is reckoned from."""
    lacking = [name for name in question.form.needed_by.get(charge, ()) if name not in question.columns()]
    if lacking:
        place.refuse(
            f"no column {', '.join(lacking)}, which the cost of its {charge} lines is reckoned from",
            "add it to the export (AWS: Billing, Data Exports)",
        )


def _column(form: Form, name: str, charge: str) -> str:
    """Return the published column that gave no value."""
    found: dict[str, Any] = {
        "other": form.other,
        "cost": form.needed_by.get(charge, (form.cost,))[0],
        "start": form.moments[0],
        "end": form.moments[1],
    }
    return str(found[name])


def _refuse_value(place: Place, engine: Engine, question: Question, name: str, column: str) -> None:
    found = engine.rows(sql_of(question.bad(name, column), engine.dialect))
    first = found[0] if found else {"row_": None, "value_": None}
    where = f"row {first['row_'] + 1}: " if first["row_"] is not None and place.one_file else ""
    place.refuse(f"{where}{column}: {str(first['value_'] or '')[:40]!r} can't be read")


def _rounded(rows: Sequence[Row]) -> bool:
    """Tell effective costs that are all whole dollars while the billed ones are not."""
    if "broken_cost" not in rows[0]:
        return False
    broken = {name: sum(row[name] or 0 for row in rows) for name in ("broken_cost", "broken_other")}
    return broken["broken_cost"] == 0 and broken["broken_other"] > 0
