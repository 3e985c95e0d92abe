"""What is recorded of what starts and feeds things has the shapes that AWS's answers have, by botocore's models."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from aimigrate.assess.units import collectors
from tests.collecting import shape_faults
from tests.finding import look
from tests.recorded import events, lambda_, load_balancers, scaling, streams
from tests.recorded_aws import Answer, RecordedAws

READ_BY = {
    "alarms": scaling,
    "auto-scaling-policies": scaling,
    "event-pipes": events,
    "event-rules": events,
    "event-schedules": events,
    "firehose": streams,
    "kinesis": streams,
    "lambda": lambda_,
    "load-balancers": load_balancers,
    "msk": streams,
    "sqs": streams,
    "step-functions": events,
}


def checked(key: tuple[str, str], answer: Answer, faults: list[str]) -> Answer:
    """Return an answer that notes what is wrong with its shape each time it is given."""

    def given(asked: dict[str, Any]) -> Mapping[str, Any]:
        came = answer(asked) if callable(answer) else answer
        faults.extend(f"{key}: {fault}" for fault in shape_faults(*key, came))
        return came

    return given


@pytest.mark.parametrize(("name", "area"), READ_BY.items())
def test_a_recorded_answer_has_the_shape_of_the_real_one(name: str, area: ModuleType) -> None:
    """No member that AWS does not know, no wrong type, nothing lacking that AWS always gives."""
    faults: list[str] = []
    aws = RecordedAws({key: checked(key, answer, faults) for key, answer in area.answers().items()})

    seen = look(collectors()[name], aws)

    assert seen.findings
    assert faults == []
