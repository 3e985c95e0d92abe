"""Ask a recording in place of AWS."""

from collections.abc import Sequence

from aimigrate.assess._answers import Answer, Item, Recorded, question
from aimigrate.assess._refusals import Refusal


class Replay:
    """Answers from the recordings of one unit; what they do not hold is a hole, never nothing."""

    records = False

    def __init__(self, content: bytes) -> None:
        self._recorded = Recorded(content)
        self.metrics_left = self._recorded.metrics_left
        """Of the run that was recorded; None is any number."""

    def read(self, service: str, call: str, key: str | None, parameters: Item, *, optional: bool) -> Answer:  # noqa: ARG002  # as Live
        """Return what was answered when it was asked of AWS."""
        operation, asked = call.replace("_", ""), question(key, parameters)
        found = self._recorded.find(service, operation, asked)
        if found is not None:
            return found
        named = "".join(part.capitalize() for part in call.split("_"))
        why = f"{service}:{named} is not in the snapshot"
        refusal = Refusal("unsupported", why, "take the snapshot again with this aimigrate")
        return Answer(service, named, asked, None if key is None else [], 0, refusal)

    def read_all(
        self, service: str, call: str, key: str | None, asked: Sequence[Item], *, optional: bool
    ) -> list[Answer]:
        """Return what was answered to each question, in the order asked."""
        return [self.read(service, call, key, given, optional=optional) for given in asked]
