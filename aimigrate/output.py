"""What a command shows: results on stdout, everything else on stderr."""

import json
from typing import Any

from rich.console import Console

stderr = Console(stderr=True, highlight=False, soft_wrap=True)
stdout = Console(highlight=False, soft_wrap=True)


def emit_json(result: Any) -> None:  # noqa: ANN401  # any JSON value
    """Print one result as JSON, alone on stdout."""
    print(json.dumps(result, indent=2, sort_keys=True, allow_nan=False, default=str))  # noqa: T201  # Rich would wrap and color it
