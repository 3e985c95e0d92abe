"""How the report writes values: unknown is a word with a reason, and a name from an account is inert text."""

import unicodedata
from dataclasses import dataclass

from aimigrate.contracts.assessment import Label, Readiness
from aimigrate.contracts.inventory import WorkloadKind
from aimigrate.contracts.verdicts import Decision

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that could hide, reorder or break text: controls, bidi marks, surrogates, line separators."""
_CENTS_BELOW_USD = 10.0
_SMALLEST_USD = 0.005
_DECIMALS_BELOW = 10.0
_YEARS_FROM_MONTHS = 36.0


@dataclass(frozen=True)
class Shown:
    """A value as the page shows it. `known` is false for an unknown, whose `note` then gives the reason."""

    text: str
    known: bool = True
    note: str = ""


def plain(text: str) -> str:
    """Return the text with every unseen character written out, so that nothing hides in it or reorders it."""
    return "".join(f"\\u{ord(letter):04x}" if unicodedata.category(letter) in _UNSEEN else letter for letter in text)


def unknown(note: str = "") -> Shown:
    """Return the word for a value nobody has."""
    return Shown("unknown", known=False, note=plain(note))


def usd_text(value: float) -> str:
    """Write US dollars: whole from 10 on, cents below, never a false zero."""
    sign, size = ("\u2212" if value < 0 else ""), abs(value)
    if 0 < size < _SMALLEST_USD:
        return f"{sign}<$0.01"
    if size == 0:
        return "$0"
    return f"{sign}${size:,.2f}" if size < _CENTS_BELOW_USD else f"{sign}${size:,.0f}"


def usd(value: float | None, note: str = "") -> Shown:
    """Write an amount, or unknown with its reason."""
    return unknown(note) if value is None else Shown(usd_text(value), note=plain(note))


def number_text(value: float) -> str:
    """Write a number with as many digits as it deserves: three significant below ten, whole above a hundred."""
    size = abs(value)
    if size == int(size):
        return f"{value:,.0f}"
    if size < _DECIMALS_BELOW:
        return f"{value:.3g}"
    return f"{value:,.1f}" if size < _DECIMALS_BELOW**2 else f"{value:,.0f}"


def number(value: float | None, unit: str = "", note: str = "") -> Shown:
    """Write a number with its unit, or unknown with its reason."""
    return (
        unknown(note)
        if value is None
        else Shown(f"{number_text(value)}{unit if unit[:1] == '/' else ' ' + unit}".strip(), note=plain(note))
    )


def percent_text(ratio: float) -> str:
    """Write a ratio 0..1 as a percentage; what is neither nothing nor all never rounds to it."""
    if 0 < ratio < 0.01:  # noqa: PLR2004  # one percent
        return "<1 %"
    if 0.99 < ratio < 1:  # noqa: PLR2004  # ninety-nine percent
        return ">99 %"
    return f"{ratio * 100:.0f} %"


def percent(ratio: float | None, note: str = "") -> Shown:
    """Write a ratio as a percentage, or unknown with its reason."""
    return unknown(note) if ratio is None else Shown(percent_text(ratio), note=plain(note))


def months(value: float | None, note: str = "") -> Shown:
    """Write a time in months; in years from three years on."""
    if value is None:
        return unknown(note)
    if value >= _YEARS_FROM_MONTHS:
        return Shown(f"{value / 12:.1f} years", note=plain(note))
    return Shown(f"{number_text(round(value, 1))} month{'' if round(value, 1) == 1 else 's'}", note=plain(note))


def span(low: float | None, high: float | None) -> str:
    """Write an interval of dollars, or nothing when either end is unknown."""
    return "" if low is None or high is None else f"{usd_text(low)} to {usd_text(high)}"


def count(number_of: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: 1 workload, 3 workloads."""
    return f"{number_of:,} {one if number_of == 1 else many or one + 's'}"


KINDS: dict[WorkloadKind, str] = {
    "ec2_instance": "EC2 instance",
    "ec2_asg": "EC2 Auto Scaling group",
    "ec2_fleet": "EC2 fleet",
    "sagemaker_endpoint": "SageMaker endpoint",
    "sagemaker_async_endpoint": "SageMaker async endpoint",
    "sagemaker_serverless_endpoint": "SageMaker serverless endpoint",
    "sagemaker_training": "SageMaker training",
    "sagemaker_processing": "SageMaker processing",
    "sagemaker_transform": "SageMaker transform",
    "sagemaker_tuning": "SageMaker tuning",
    "sagemaker_automl": "SageMaker AutoML",
    "sagemaker_notebook": "SageMaker notebook",
    "sagemaker_hyperpod": "SageMaker HyperPod",
    "bedrock_model": "Bedrock model",
    "batch_queue": "Batch queue",
    "ecs_service": "ECS service",
    "ecs_task": "ECS task",
    "eks_nodegroup": "EKS node group",
    "eks_fargate": "EKS on Fargate",
    "lambda_function": "Lambda function",
    "observed": "Observed workload",
}
LABELS: dict[Label, str] = {"realtime": "Realtime", "batch": "Batch", "mixed": "Mixed", "unknown": "Unknown"}
DECISIONS: dict[Decision, str] = {
    "go": "Move",
    "conditional": "Could move",
    "needs_evidence": "Needs evidence",
    "stay": "Stay",
}
READINESS: dict[Readiness, str] = {
    "ready": "Ready",
    "ready_with_changes": "Ready with changes",
    "not_ready": "Not ready",
    "unknown": "Unknown",
}
COST_QUALITY = {"billed": "billed", "rate_card": "list price", "stated": "stated", "unknown": "unknown"}
