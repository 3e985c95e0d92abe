"""Pins of sites.yaml as a person writes them: kept by `plan`, held to by `generate` and `verify`, refused if broken."""

import json
from pathlib import Path

import pytest
import yaml

from tests.builders import assessed, assessment
from tests.integration.test_plan_commands import aimigrate

SITES = "sites:\n" + "".join(
    f"  - id: fra-{n}\n    region: eu-central-1\n    country: DE\n    hosts:\n"
    + "".join(f"      - {{name: j{n}{k}, address: 10.0.{n}.{k}, module: jetson-agx-orin-64gb}}\n" for k in range(1, 5))
    for n in range(1, 5)
)
PINS = """\
pins:
  workloads:
    "sagemaker_endpoint:eu-central-1:w0": pilot
    "sagemaker_endpoint:eu-central-1:w5": exclude
  sites:
    fra-4: full
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give six workloads, the last the best, and four sites."""
    assessment(*(assessed(f"w{i}", saving=100.0 * (i + 1)) for i in range(6))).save(tmp_path / "assessment.json")
    (tmp_path / "sites.yaml").write_text(SITES + PINS)
    return tmp_path


def plan(folder: Path) -> dict[str, list[str]]:
    """Plan; return the workloads of each phase."""
    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml", "--json")
    assert done.returncode == 0, done.stderr
    phases: dict[str, list[str]] = json.loads(done.stdout)["phases"]
    return phases


def test_pins_are_kept_from_sites_to_the_deploy(folder: Path) -> None:
    """The pinned one pilots, the excluded one is nowhere, the late site is late, and all three commands agree."""
    phases = plan(folder)
    generate = aimigrate(folder, "generate", "plan.yaml")
    verify = aimigrate(folder, "verify", "deploy", "--json")

    values = yaml.safe_load((folder / "plan.yaml").read_text())
    used = {
        site["id"]: phase["name"]
        for phase in reversed(values["phases"])
        for region in phase["regions"]
        for site in region["sites"]
    }
    assert phases["pilot"] == ["w0"]
    assert all("w5" not in moved for moved in phases.values())
    assert used["fra-4"] == "full"
    assert (generate.returncode, json.loads(verify.stdout)["agrees"]) == (0, True)
    assert "w5" not in "".join(path.read_text() for path in (folder / "deploy/inventory").rglob("*.yml"))


def test_an_edit_against_a_pin_is_refused_by_generate(folder: Path) -> None:
    """It names the workload, the pin, and what the plan does instead; nothing is written."""
    plan(folder)
    text = (folder / "plan.yaml").read_text()
    (folder / "plan.yaml").write_text(
        text.replace('"sagemaker_endpoint:eu-central-1:w0": pilot', '"sagemaker_endpoint:eu-central-1:w0": full')
    )

    done = aimigrate(folder, "generate", "plan.yaml")

    assert done.returncode == 2
    assert "pins.workloads: sagemaker_endpoint:eu-central-1:w0 is pinned to full and moves in pilot" in done.stderr
    assert not (folder / "deploy").exists()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("fra-4: full", "fra-9: full", "pins.sites names a site that is not in sites: fra-9"),
        (':w0": pilot', ':gone": pilot', "names a workload that is not in the assessment"),
        (':w0": pilot', ':w0": soon', "pins.workloads.sagemaker_endpoint:eu-central-1:w0"),
        ("fra-4: full", "fra-4: pilot\n    fra-3: pilot", "the pins leave no pilot"),
    ],
)
def test_a_wrong_pin_ends_in_two(folder: Path, before: str, after: str, said: str) -> None:
    """What, where and what to do; no plan is written."""
    (folder / "sites.yaml").write_text((SITES + PINS).replace(before, after))

    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml")

    assert done.returncode == 2
    assert said in done.stderr
    assert "fix: " in done.stderr
    assert not (folder / "plan.yaml").exists()


def test_what_can_not_hold_to_the_roadmap_is_said(folder: Path) -> None:
    """Two sites are too few for scale: in words, in --json and in the plan."""
    two = "".join(f"  - {{id: fra-{n}, region: eu-central-1, country: DE}}\n" for n in (1, 2))
    (folder / "sites.yaml").write_text("sites:\n" + two)

    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml", "--json")

    exception = json.loads(done.stdout)["wave_exceptions"][0]
    assert (exception["phase"], exception["locations"]) == ("scale", 2)
    assert "outside the roadmap: scale, 2 workloads (33%) at 2 sites: what can move" in done.stderr
    assert "wave_exception:" in (folder / "plan.yaml").read_text()
