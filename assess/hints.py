"""Ask a person what AWS does not say: one question per unknown that decides something, dearest workload first."""

from collections.abc import Callable
from dataclasses import dataclass

import yaml

from aimigrate.assess.speeds import is_language
from aimigrate.contracts.assessment import AssessedWorkload, Assessment

_LANGUAGE_FROM_B = 0.5  # billions of parameters from which an unknown model is most likely a language model

_HEAD = """\
# What AWS does not say, asked once. Write an answer in place of `null`; what stays `null` stays unknown.
# Then: aimigrate assess ... --hints {name}
# The dearest workload comes first; the cost of some is not known, and they come last.
schema_version: 1

# Yearly budget of the company for AI, in USD: sets the moved infrastructure in relation to it.
ai_budget_usd_per_year: null

"""


@dataclass(frozen=True)
class _Question:
    """One field of a hint: when it is asked, and in which words."""

    field: str
    words: str
    asked: Callable[[AssessedWorkload], bool]


def _open(workload: AssessedWorkload) -> bool:
    """Say whether an answer may change the verdict."""
    return workload.verdict.decision in {"needs_evidence", "conditional"}


def _may_move(workload: AssessedWorkload) -> bool:
    return workload.verdict.decision != "stay"


def _writes_text(workload: AssessedWorkload) -> bool:
    model = workload.model
    if model.family is not None:
        return is_language(model.family)
    return model.parameters_b is not None and model.parameters_b >= _LANGUAGE_FROM_B


def _lacks(workload: AssessedWorkload, what: str) -> bool:
    return any(one.what == what for one in workload.missing)


def _waited_for(workload: AssessedWorkload) -> bool:
    return (workload.classification.owner_label or workload.classification.label) != "batch"


_QUESTIONS = (
    _Question(
        "model_family",
        "which model runs? e.g. resnet50, bert-99, yolov8n, llama-3.1-8b, or your own name for it",
        lambda w: _open(w) and w.model.family is None,
    ),
    _Question(
        "parameters_b",
        "its parameters in billions, e.g. 0.025; decides whether it fits a module's memory",
        lambda w: _may_move(w) and w.model.parameters_b is None,
    ),
    _Question(
        "precision",
        "what it runs in now: fp32, fp16, bf16, int8, fp8 or int4",
        lambda w: _may_move(w) and w.model.precision is None,
    ),
    _Question(
        "tokens_in",
        "mean tokens of a prompt; with the next one it decides how many requests a module serves",
        lambda w: _open(w) and _writes_text(w) and _lacks(w, "tokens_out"),
    ),
    _Question(
        "tokens_out", "mean tokens of an answer", lambda w: _open(w) and _writes_text(w) and _lacks(w, "tokens_out")
    ),
    _Question(
        "label",
        "does someone wait for each answer (realtime), or can the work lie (batch)? or both (mixed)",
        lambda w: _may_move(w) and w.classification.label == "unknown" and w.classification.owner_label is None,
    ),
    _Question(
        "latency_objective_ms",
        "how long a request may take, 99 of 100, in milliseconds",
        lambda w: _may_move(w) and _waited_for(w) and w.latency_objective_ms is None,
    ),
    _Question(
        "closed_weights",
        "true if the weights may not be copied (bought per call, or by a licence that says so)",
        lambda w: _open(w) and w.model.closed_weights is None and w.model.family is None,
    ),
    _Question(
        "idempotent",
        "true if asking twice does no harm; only then is a lost request sent again",
        lambda w: _may_move(w) and _waited_for(w) and w.idempotent is None,
    ),
    _Question(
        "residency",
        "countries in which it may run, e.g. [DE, FR]; [] is anywhere",
        lambda w: _may_move(w) and not w.residency,
    ),
    _Question(
        "megabytes_in_per_request",
        "what a request brings that is not at the site already, e.g. 0.2 or 0; decides whether a link carries it",
        lambda w: _may_move(w) and _waited_for(w) and w.inbound_mbps is None,
    ),
    _Question(
        "depends_on",
        "ids of workloads that must move together with it; [] is none",
        lambda w: _may_move(w) and not w.depends_on,
    ),
)


def questions(assessment: Assessment, *, name: str = "hints.yaml") -> str:
    """Return YAML that loads as Hints as it is: each unknown that decides something is a null with a question.

    Workloads that stay whatever the answer are not asked about. Names from the account are quoted,
    and in comments reduced to what can be printed. `name` is the file's, for the advice at its head.
    """
    asked = [(workload, found) for workload in _dearest_first(assessment) if (found := _asked(workload))]
    if not asked:
        return _HEAD.format(name=_printable(name)) + "# Nothing is left to ask.\nworkloads: {}\n"
    parts = [_block(number, workload, found) for number, (workload, found) in enumerate(asked, 1)]
    return _HEAD.format(name=_printable(name)) + "workloads:\n" + "\n".join(parts)


def count(assessment: Assessment) -> int:
    """Return how many questions there are."""
    return sum(len(_asked(workload)) for workload in assessment.workloads)


def _asked(workload: AssessedWorkload) -> list[_Question]:
    return [question for question in _QUESTIONS if question.asked(workload)]


def _dearest_first(assessment: Assessment) -> list[AssessedWorkload]:
    """Sort by monthly cost; an unknown cost is not a low one, but it can't be ranked."""

    def rank(workload: AssessedWorkload) -> tuple[bool, float, str]:
        usd = workload.cost.monthly_usd
        return usd is None, -(usd or 0.0), workload.id

    return sorted(assessment.workloads, key=rank)


def _block(number: int, workload: AssessedWorkload, found: list[_Question]) -> str:
    usd = workload.cost.monthly_usd
    money = "at an unknown cost" if usd is None else f"{usd:,.0f} USD a month"
    reason = _printable(workload.verdict.reasons[0]) if workload.verdict.reasons else "no reason given"
    lines = [
        f"  # {number}. {_printable(workload.name)} ({workload.kind}, {_printable(workload.region)}), {money},",
        f"  #    {workload.classification.label}, {workload.verdict.decision}: {reason}",
        f"  {_quoted(workload.id)}:",
    ]
    width = max(len(question.field) for question in found) + len(": null")
    lines += [f"    {f'{question.field}: null':<{width}}  # {question.words}" for question in found]
    return "\n".join(lines) + "\n"


def _printable(text: str) -> str:
    """Take out line breaks, escapes and marks that turn the direction of writing."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _quoted(text: str) -> str:
    """Write any text as one double-quoted YAML scalar on one line."""
    return str(yaml.safe_dump(text, default_style='"', width=float("inf"), allow_unicode=False)).rstrip("\n")
