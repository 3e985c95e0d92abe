"""What a run of the demo left: shared by the tests that read it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """One finished run of the demo."""

    out: Path
    code: int
    stdout: str
    stderr: str

    @property
    def result(self) -> dict[str, Any]:
        """Return what --json printed."""
        return dict(json.loads(self.stdout))
