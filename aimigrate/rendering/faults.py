"""A plan that reads well and still can't be carried out: what is wrong, and the field to correct."""

from pathlib import Path

from aimigrate.contracts.problems import field_path
from aimigrate.documents import line_of
from aimigrate.errors import UsageProblem

At = tuple[str | int, ...]


class PlanFault(UsageProblem):
    """A field of the plan that no site, module or host can do (exit code 2)."""

    def __init__(self, *, at: At, what: str, why: str, fix: str) -> None:
        super().__init__(what=what, why=why, fix=fix)
        self.at = at

    def located(self, path: Path) -> UsageProblem:
        """Return the same fault with the line of the plan's file."""
        where = f"{path}:{line_of(path, self.at) or 1}: {field_path(self.at)}"
        return UsageProblem(what=self.what, why=f"{where}: {self.why}", fix=self.fix)
