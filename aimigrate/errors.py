"""Errors a person can act on: what happened, why, what to do next, and a stable exit code."""

from typing import ClassVar


class AimigrateError(Exception):
    """Base of every error that ends a command without a traceback."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *, what: str, why: str, fix: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what, self.why, self.fix = what, why, fix

    def __reduce__(self) -> tuple[object, ...]:
        """Be carried between processes, as what a durable step ended with."""
        return _again, (type(self), self.what, self.why, self.fix)


def _again(kind: "type[AimigrateError]", what: str, why: str, fix: str) -> "AimigrateError":
    return kind(what=what, why=why, fix=fix)


class UsageProblem(AimigrateError):
    """Wrong usage, or an input that can't be used (exit code 2)."""

    exit_code = 2


class PlanStaleError(UsageProblem):
    """A document was made from another version of its input (exit code 2)."""


class AccountProblem(UsageProblem):
    """The account, its credentials or its region can't be used (exit code 2)."""


class MachineProblem(AimigrateError):
    """The machine lacks something: a tool, a port, room on the disk (exit code 1)."""


class DisagreementError(AimigrateError):
    """A deploy and its plan say different things (exit code 1)."""


class GateHeld(AimigrateError):
    """A gate holds or fails (exit code 4)."""

    exit_code = 4
