"""How long a language model's answers are: from a hint or a tag, else unknown."""

import re

from aimigrate.contracts.inventory import Workload
from aimigrate.contracts.sites import Hint

TAG_TOKENS_OUT = "aimigrate:tokens-out"


def tokens_out_of(workload: Workload, hint: Hint | None) -> float | None:
    """Return the mean tokens of an answer, None if nobody said."""
    if hint is not None and hint.tokens_out:
        return hint.tokens_out
    text = workload.tags.get(TAG_TOKENS_OUT, "").strip()
    return float(text) or None if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else None
