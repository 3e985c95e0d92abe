"""Run a phase's program under Pulumi's mocks and print the resources it asks for, as JSON.

Usage: python -m aimigrate.rollout.mocked DEPLOY PHASE REGION. A process of its own: Pulumi's runtime is one a process.
"""

import asyncio
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pulumi
import yaml

from aimigrate.rollout.stack import settings_file


class Recorder(pulumi.runtime.Mocks):
    """Gives every resource its inputs back, and keeps what was asked for."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.asked: list[dict[str, Any]] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Pretend that the resource was made."""
        self.asked.append({"operation": "create", "type": args.typ, "name": args.name})
        return f"{args.name}-id", {**args.inputs, "arn": f"arn:aws:mock:::{args.name}"}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Answer the data sources our programs ask."""
        if args.token.endswith(":getAvailabilityZones"):
            names = [f"{self.region}{letter}" for letter in "ab"]
            return {"id": self.region, "names": names, "zoneIds": names}, []
        return {}, []


def record(deploy: Path, phase: str, region: str) -> list[dict[str, Any]]:
    """Run the program as a preview with the phase before assumed; return its resources, sorted."""
    values = yaml.safe_load(settings_file(deploy, phase, region).read_text("utf-8"))["config"]
    config = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    config["aimigrate:assume_previous"] = "true"
    recorder = Recorder(region)
    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.set_mocks(recorder, project=phase, stack=f"{phase}.{region}", preview=True)
    pulumi.runtime.set_all_config(config)
    program = str(deploy / "stacks" / phase)
    as_test: Any = pulumi.runtime.test  # waits for every resource; the SDK gives it no types
    as_test(lambda: runpy.run_path(program, run_name="__main__"))()
    return sorted(recorder.asked, key=lambda asked: (asked["type"], asked["name"]))


if __name__ == "__main__":
    print(json.dumps(record(Path(sys.argv[1]), sys.argv[2], sys.argv[3])))  # noqa: T201  # read by the one that started us
