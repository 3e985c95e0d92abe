"""What definitions of tasks, jobs, nodes and clusters hold that no recording may."""

import gzip
from typing import Any

import pytest

from aimigrate.assess._answers import recording
from aimigrate.assess.collectors import batch as batch_collector
from aimigrate.assess.collectors import ec2 as ec2_collector
from aimigrate.assess.collectors import ecs as ecs_collector
from aimigrate.assess.collectors import eks as eks_collector
from tests.finding import look, recorded
from tests.recorded import batch, ec2, ecs, eks
from tests.recorded_aws import REGION

SECRET = "hunter2"
TASK: dict[str, Any] = {
    "volumes": [{"name": "v", "dockerVolumeConfiguration": {"driverOpts": {"o": f"password={SECRET}"}}}],
    "containerDefinitions": [
        {
            "name": "app",
            "image": "score:1",
            "command": ["--token", SECRET],
            "entryPoint": ["sh", "-c", SECRET],
            "environment": [{"name": "TOKEN", "value": SECRET}],
            "secrets": [{"name": "TOKEN", "valueFrom": SECRET}],
            "dockerLabels": {"token": SECRET},
            "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": SECRET}},
            "firelensConfiguration": {"type": "fluentbit", "options": {"token": SECRET}},
            "resourceRequirements": [{"type": "GPU", "value": "1"}],
        }
    ],
}
POD: dict[str, Any] = {
    "podProperties": {
        "containers": [
            {
                "image": "score:1",
                "args": ["--token", SECRET],
                "env": [{"name": "TOKEN", "value": SECRET}],
                "resources": {"limits": {"nvidia.com/gpu": "1"}},
            }
        ],
        "metadata": {"annotations": {"token": SECRET}},
    }
}


def ecs_answers() -> dict[tuple[str, str], Any]:
    """Give the recorded account with a definition that holds a secret wherever one may be."""
    held = ecs.company()
    held.define("shelf", gpus=1, **TASK)
    return held.answers()


def batch_answers() -> dict[tuple[str, str], Any]:
    """Give a job definition of each shape that holds one."""
    shapes = (
        {"containerProperties": TASK["containerDefinitions"][0]},
        {"eksProperties": POD},
        {"parameters": {"token": SECRET}, "containerProperties": batch.container(gpus=1)},
    )
    definitions = [batch.definition(f"d{number}", **shape) for number, shape in enumerate(shapes)]
    return batch.account_of([batch.environment("gpu")], {"q": [batch.job(1, "gone:1")]}, definitions)


@pytest.mark.parametrize(
    ("collector", "answers"),
    [
        (ec2_collector, ec2.answers()),
        (ecs_collector, ecs_answers()),
        (batch_collector, batch_answers()),
        (eks_collector, {**ec2.answers(), **eks.answers()}),
    ],
)
def test_no_recording_holds_a_secret(collector: Any, answers: dict[tuple[str, str], Any]) -> None:  # noqa: ANN401  # a module
    """Not in what was answered, as it is kept on disk, nor in what is made of it."""
    seen = look(collector.collector, recorded({**answers, ("ec2", "DescribeInstanceTypes"): ec2.types}))

    written = gzip.decompress(recording(seen.reader.lines or ())).decode()
    assert REGION in written
    assert SECRET not in written + repr(seen.findings)
    assert "aHVudGVyMg==" not in written
