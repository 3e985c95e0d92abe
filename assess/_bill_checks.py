"""A bill is refused, with the column or the row that is wrong, rather than summed with a hole in it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from aimigrate.assess._bill_forms import Form
from aimigrate.assess._bill_place import Place
from aimigrate.assess._bill_question import CURRENCY, MISSING, UNREADABLE, Engine, Row, form_of, question_of, sql_of


@dataclass(frozen=True)
class Answer:
    """A bill's lines, the column of them that counts, its edges in time, and its form in words."""

    lines: Sequence[Row]
    cost: str
    edges: Sequence[Row]
    form: str


def ask(place: Place, engine: Engine) -> Answer:
    """Ask the bill. Raises UsageProblem that names a column, a row or a currency that can't be used."""
    given = {name.lower() for name in engine.schema()}
    form = form_of(place, engine.schema())
    ready = engine.ready(form)
    sql = question_of(form, engine.schema(), engine.name()).compiled(engine.dialect) if ready is None else ready
    foreign = engine.rows(sql["foreign"])
    if foreign:
        dollars = {CURRENCY} if engine.rows(sql["dollars"]) else set()
        names = ", ".join(sorted({str(row["currency"] or "empty") for row in foreign} | dollars))
        place.refuse(f"{form.currency} is {names[:80]}; aimigrate reckons in {CURRENCY}")
    lines = engine.rows(sql["lines"])
    if not lines:
        place.refuse("holds no rows")
    edges = engine.rows(sql["edges"])
    fault = _fault(place, form, given, lines, edges)
    if fault is not None:
        _refuse_value(place, engine, form, *fault)
    if form.other is None:
        return Answer(lines, "cost", edges, f"{form.name} amortized cost")
    if _rounded(lines):
        why = "FOCUS BilledCost, because every EffectiveCost was rounded to whole dollars"
        return Answer(lines, "other", edges, why)
    return Answer(lines, "cost", edges, "FOCUS EffectiveCost")


def _fault(
    place: Place, form: Form, given: AbstractSet[str], lines: Sequence[Row], edges: Sequence[Row]
) -> tuple[str, str] | None:
    """Return the part of a charge that some row lacks, and its column. Raises UsageProblem where a column lacks."""
    for name, rows in (("other", lines), ("cost", lines), ("start", edges), ("end", edges)):
        short = next((row for row in rows if row.get(f"{MISSING}{name}")), None)
        if short is not None:
            charge = str(short["charge"])
            if name == "cost":
                _need(place, form, given, charge)
            return name, _column(form, name, charge)
    counts = [name for name in lines[0] if name.startswith(UNREADABLE)]
    wrong = next((name for name in counts if any(row[name] for row in lines)), None)
    return ("unreadable", wrong.removeprefix(UNREADABLE)) if wrong is not None else None


def _need(place: Place, form: Form, given: AbstractSet[str], charge: str) -> None:
    """Refuse a bill that lacks what a charge's amortized cost is reckoned from."""
    lacking = [name for name in form.needed_by.get(charge, ()) if name not in given]
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


def _refuse_value(place: Place, engine: Engine, form: Form, name: str, column: str) -> None:
    question = question_of(form, engine.schema(), engine.name())
    found = engine.rows(sql_of(question.bad(name, column), engine.dialect))
    first = found[0] if found else {"row_": None, "value_": None}
    where = f"row {first['row_'] + 1}: " if first["row_"] is not None and place.one_file else ""
    place.refuse(f"{where}{column}: {str(first['value_'] or '')[:40]!r} can't be read")


def _rounded(rows: Sequence[Row]) -> bool:
    """Tell effective costs that are all whole dollars while the billed ones are not."""
    broken = {name: sum(row[name] or 0 for row in rows) for name in ("broken_cost", "broken_other")}
    return broken["broken_cost"] == 0 and broken["broken_other"] > 0
