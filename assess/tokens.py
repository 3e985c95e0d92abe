"""How long a language model's answers are: from a hint or a tag, else as counted, else unknown."""

import re

from aimigrate.assess.shape import segments_of
from aimigrate.contracts.inventory import Metric, Workload
from aimigrate.contracts.sites import Hint

TAG_TOKENS_OUT = "aimigrate:tokens-out"


def tokens_out_of(workload: Workload, hint: Hint | None) -> float | None:
    """Return the mean tokens of an answer, None if nobody said and nothing was counted."""
    if hint is not None and hint.tokens_out:
        return hint.tokens_out
    text = workload.tags.get(TAG_TOKENS_OUT, "").strip()
    stated = float(text) or None if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else None
    return stated or _counted(workload)


def _counted(workload: Workload) -> float | None:
    """Return the tokens given for each request, where both were counted over the same time (Bedrock)."""
    tokens, requests = _total(workload, "output_tokens_count"), _total(workload, "requests_count")
    return tokens / requests if tokens and requests else None


def _total(workload: Workload, metric: Metric) -> float:
    return sum(value or 0.0 for one in segments_of(workload, metric) for value in one.values)
