"""The recorded answers are ones that AWS could give: held against botocore's models of the operations."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.collecting import shape_faults
from tests.recorded import bedrock, sagemaker

RECORDED = [
    (service, operation, answer)
    for area in (bedrock, sagemaker)
    for (service, operation), answer in area.answers().items()
    if not callable(answer)
]


@pytest.mark.parametrize(("service", "operation", "answer"), RECORDED)
def test_a_recorded_answer_has_the_shape_of_the_real_one(
    service: str, operation: str, answer: Mapping[str, Any]
) -> None:
    """No member that AWS does not know, no wrong type, nothing lacking that AWS always gives."""
    assert shape_faults(service, operation, answer) == []


def test_a_wrong_shape_is_noticed() -> None:
    """An unknown member, a wrong type and a lacking member are each a fault."""
    wrong = {"Endpoints": [{"EndpointName": 7, "Arn": "x"}]}

    faults = "\n".join(shape_faults("sagemaker", "ListEndpoints", wrong))

    assert "EndpointName" in faults
    assert 'Unknown parameter in Endpoints[0]: "Arn"' in faults
    assert 'Missing required parameter in Endpoints[0]: "EndpointArn"' in faults
