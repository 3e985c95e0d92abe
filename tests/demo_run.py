"""What a run of the demo left: shared by the tests that read it."""

import json
import os
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


def shell() -> dict[str, str]:
    """Return the environment of a person at a shell: no trace of the make that may run the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
