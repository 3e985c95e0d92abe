"""`aimigrate snapshot diff` on what real runs left: what changed between them, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aimigrate.cli import app
from tests.faults import faults
from tests.faults.account import ACCOUNT, OPT_IN, REGIONS, Seeded, cloud_of, fill, seeded
from tests.faults.running import LATER, assess
from tests.faults.table import TAGGED, with_tags

HERE = REGIONS[0]
HOSTILE = {name: word for name, word in faults.GARBAGE.items() if name != "large"}


def _company() -> Seeded:
    return seeded(regions=(HERE,))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the first run."""
    out = tmp_path_factory.mktemp("before")
    assess(cloud_of(_company()), out)
    return out


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a run a day later: an endpoint and a queue went, tags came, a region, and a hole."""
    out, made = tmp_path_factory.mktemp("after"), with_tags(_company(), HOSTILE, TAGGED)
    made.regions[OPT_IN] = "opted-in"
    fill(made, ACCOUNT, OPT_IN)
    made.places[ACCOUNT, HERE].remove("sagemaker:endpoint", "endpoint/weld-2")
    made.places[ACCOUNT, HERE].remove("sqs:queue", "orders-1")
    cloud = cloud_of(made)
    cloud.fault = faults.denied("kinesis:ListStreams")
    assess(cloud, out, regions=(HERE, OPT_IN), now=LATER)
    return out


def _diff(*arguments: Path | str) -> Any:  # noqa: ANN401  # any JSON value
    done = CliRunner().invoke(app, ["snapshot", "diff", *map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_snapshot_does_not_differ_from_itself(before: Path) -> None:
    """And a day later, with nothing changed, neither."""
    found = _diff(before, before / "snapshot")

    assert found["changed"] is False
    assert {key for key, value in found.items() if value} == {"before", "after"}


def test_the_time_of_a_run_alone_is_no_difference(before: Path, tmp_path: Path) -> None:
    """The same account, read a day later: other points, other times, the same things."""
    assess(cloud_of(_company()), tmp_path, now=LATER)

    found = _diff(before, tmp_path)

    assert found["after"]["collected_at"] > found["before"]["collected_at"]
    assert found["changed"] is False, found


def test_what_came_and_went_is_named(before: Path, after: Path) -> None:
    """The region with all that is in it, the endpoint and the queue that are gone, the hole, and the tags."""
    found = _diff(before, after)

    assert found["changed"] is True
    assert found["regions_added"] == [f"{ACCOUNT}/{OPT_IN}"]
    assert [one["id"] for one in found["workloads_removed"]] == [f"sagemaker_endpoint:{HERE}:weld-2"]
    assert {one["region"] for one in found["workloads_added"]} == {OPT_IN}
    gone = {one["id"].rsplit(":", 1)[-1] for one in found["resources_removed"]}
    assert {"orders-1", "endpoint/weld-2"} <= gone
    assert not any("orders-0" in one["id"] for one in found["resources_removed"])
    opened = {(one["region"], one["service"], one["operation"], one["status"]) for one in found["holes_opened"]}
    assert opened == {(region, "kinesis", "ListStreams", "denied") for region in (HERE, OPT_IN)}
    assert found["holes_closed"] == []


def test_a_workload_is_compared_field_by_field(before: Path, after: Path) -> None:
    """Each tag that came is a field with what it was before."""
    (change,) = (one for one in _diff(before, after)["workloads_changed"] if one["id"].endswith(":weld-0"))

    fields = {one["field"]: (one["before"], one["after"]) for one in change["fields"]}
    assert fields["tags.Environment"] == (None, "production")
    assert fields["tags.$at"] == (None, "12")
    assert "compute.instance_type" not in fields


def test_the_other_way_round_is_the_mirror_image(before: Path, after: Path) -> None:
    """What was added is removed, and the hole closed."""
    there, back = _diff(before, after), _diff(after, before)

    for what in ("accounts", "regions", "workloads", "resources"):
        assert there[f"{what}_added"] == back[f"{what}_removed"]
        assert there[f"{what}_removed"] == back[f"{what}_added"]
    assert there["holes_opened"] == back["holes_closed"]


def test_the_text_is_plain_whatever_the_account_calls_things(before: Path, after: Path) -> None:
    """No control character of a name or a tag reaches the terminal; twice the same text."""
    first, second = (CliRunner().invoke(app, ["snapshot", "diff", str(before), str(after)]) for _ in range(2))

    assert first.exit_code == 0
    assert first.stdout == second.stdout
    assert all(sign.isprintable() or sign == "\n" for sign in first.stdout)
    assert f"- workload sagemaker_endpoint:{HERE}:weld-2" in first.stdout
    assert f"! hole opened: kinesis ListStreams in {HERE}: denied" in first.stdout
    assert "more resources; --json names them" in first.stdout


def test_a_folder_without_a_snapshot_is_one_message_of_three_lines(before: Path, tmp_path: Path) -> None:
    """Exit code 2, what was looked for, and what to give."""
    command = [sys.executable, "-m", "aimigrate", "snapshot", "diff", str(before), str(tmp_path)]

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 2
    assert [line.split(":")[0].strip() for line in done.stderr.splitlines()] == ["error", "why", "fix"]
    assert done.stdout == ""
