"""`plan`, `generate` and `verify` as a person runs them: files, exit codes, words, and no traceback."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.builders import assessed, assessment

SITES = """\
sites:
  - id: fra-1
    region: eu-central-1
    country: DE
    hosts:
      - {name: j1, address: 10.0.0.1, module: jetson-agx-orin-64gb}
      - {name: j2, address: 10.0.0.2, module: jetson-agx-orin-64gb}
"""
NO_HOSTS = "  - {id: iad-1, region: us-east-1, country: US}\n"


def aimigrate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; no run may end in a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "aimigrate", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with an assessment of two workloads and a site for one of them."""
    items = (assessed("a"), assessed("b", region="us-east-1"), assessed("c", decision="stay"))
    assessment(*items).save(tmp_path / "assessment.json")
    (tmp_path / "sites.yaml").write_text(SITES)
    return tmp_path


def planned(folder: Path) -> Path:
    """Make the plan; return the folder."""
    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml")
    assert done.returncode == 0, done.stderr
    return folder


def test_plan_generate_verify_in_a_row(folder: Path) -> None:
    """Each ends well and says what to do next."""
    plan = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml", "--json")
    generate = aimigrate(folder, "generate", "plan.yaml", "--json")
    verify = aimigrate(folder, "verify", "deploy", "--json")

    assert [done.returncode for done in (plan, generate, verify)] == [0, 0, 0]
    assert json.loads(plan.stdout)["phases"] == {"assess": [], "pilot": ["a"]}
    assert json.loads(generate.stdout)["stacks"] == ["assess.eu-central-1", "pilot.eu-central-1"]
    assert json.loads(verify.stdout) == {"agrees": True, "disagreements": []}
    assert "next: aimigrate generate plan.yaml" in plan.stderr
    assert "next: aimigrate verify deploy" in generate.stderr


def test_without_json_stdout_is_empty(folder: Path) -> None:
    """Words for people go to stderr."""
    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml")

    assert (done.stdout, "left" in done.stderr) == ("", True)


def test_a_site_without_hosts_ends_in_three(folder: Path) -> None:
    """Done, on partial coverage, and the site is named."""
    (folder / "sites.yaml").write_text(SITES + NO_HOSTS)
    planned(folder)

    done = aimigrate(folder, "generate", "plan.yaml", "--json")

    assert done.returncode == 3
    assert json.loads(done.stdout)["sites_without_hosts"] == ["iad-1"]
    assert "iad-1: no hosts in the plan" in done.stderr


def test_a_changed_assessment_makes_the_plan_stale(folder: Path) -> None:
    """The one beside the plan, and one that is given."""
    planned(folder)
    (folder / "elsewhere").mkdir()
    assessment(assessed("a", saving=1)).save(folder / "elsewhere/new.json")

    given = aimigrate(folder, "generate", "plan.yaml", "--assessment", "elsewhere/new.json")
    assessment(assessed("a", saving=2)).save(folder / "assessment.json")
    beside = aimigrate(folder, "generate", "plan.yaml")

    for done in (given, beside):
        assert done.returncode == 2
        assert "made from another assessment" in done.stderr
        assert "aimigrate plan" in done.stderr
    assert not (folder / "deploy").exists()


def test_an_edit_by_hand_is_not_stale(folder: Path) -> None:
    """It is checked and hashed anew."""
    planned(folder)
    text = (folder / "plan.yaml").read_text()
    (folder / "plan.yaml").write_text(
        text.replace("observation_days: 30", "observation_days: 60 # the board wants two months")
    )

    done = aimigrate(folder, "generate", "plan.yaml")

    assert done.returncode == 0
    assert (folder / "deploy/plan.yaml").read_bytes() == (folder / "plan.yaml").read_bytes()
    stack = yaml.safe_load((folder / "deploy/stacks/pilot/Pulumi.pilot.eu-central-1.yaml").read_text())
    assert stack["config"]["aimigrate:settings"]["observation_days"] == 60


def test_planning_again_keeps_the_edited_plan(folder: Path) -> None:
    """Nothing a person wrote is lost."""
    planned(folder)
    (folder / "plan.yaml").write_text("# mine\n" + (folder / "plan.yaml").read_text())

    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml")

    assert (folder / "plan.yaml.before").read_text().startswith("# mine\n")
    assert "plan.yaml.before" in done.stderr


def test_the_same_input_gives_the_same_plan(folder: Path) -> None:
    """Twice the same bytes, and no copy of what did not change."""
    first = (planned(folder) / "plan.yaml").read_bytes()

    second = (planned(folder) / "plan.yaml").read_bytes()

    assert first == second
    assert not (folder / "plan.yaml.before").exists()


@pytest.mark.parametrize(
    ("before", "after", "line", "field"),
    [
        ("country: DE", "country: Germany", 4, "sites[0].country"),
        ("region: eu-central-1", "region: frankfurt", 3, "sites[0].region"),
        ("10.0.0.2", "10.0.0.300", 7, "sites[0].hosts[1].address"),
        ("id: fra-1", "id: fra-1\n    watts: 3", 3, "sites[0].watts"),
        ("sites:", "sites: [", 2, "not YAML"),
        ("id: fra-1", "id: '{{ evil }}'", 2, "sites[0].id"),
    ],
)
def test_malformed_sites_are_named_by_line_and_field(
    folder: Path, before: str, after: str, line: int, field: str
) -> None:
    """Exit code 2, and no plan."""
    (folder / "sites.yaml").write_text(SITES.replace(before, after))

    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml")

    assert done.returncode == 2
    assert f"sites.yaml:{line}" in done.stderr
    assert field in done.stderr
    assert not (folder / "plan.yaml").exists()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("modules: 2", "modules: 3", "phases[1].regions[0].sites[0].placements[0].modules"),
        ("power_mode: MAXN", "power_mode: FULL", "phases[1].regions[0].sites[0].placements[0].power_mode"),
        ("modules: 2", "modules: two", "phases[1].regions[0].sites[0].placements[0].modules"),
    ],
)
def test_a_wrong_plan_is_named_by_line_and_field(folder: Path, before: str, after: str, said: str) -> None:
    """A value that is none, and one that no site can do, alike."""
    planned(folder)
    text = (folder / "plan.yaml").read_text()
    (folder / "plan.yaml").write_text(text.replace(before, after, 1))
    line = text[: text.index(before)].count("\n") + 1

    done = aimigrate(folder, "generate", "plan.yaml")

    assert done.returncode == 2
    assert f"plan.yaml:{line}: {said}" in done.stderr
    assert not (folder / "deploy").exists()


def test_a_disagreement_ends_in_one(folder: Path) -> None:
    """With file, line, and both values."""
    planned(folder)
    aimigrate(folder, "generate", "plan.yaml")
    path = folder / "deploy/inventory/host_vars/j1.yml"
    path.write_text(path.read_text().replace("10.0.0.1", "10.6.6.6"))

    done = aimigrate(folder, "verify", "deploy", "--json")

    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "agrees": False,
        "disagreements": [
            {
                "where": "inventory/host_vars/j1.yml:2",
                "plan": "ansible_host: '10.0.0.1'",
                "found": "ansible_host: '10.6.6.6'",
            }
        ],
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "nowhere.json", "--sites", "sites.yaml"),
        ("plan", "assessment.json", "--sites", "nowhere.yaml"),
        ("plan", "sites.yaml", "--sites", "sites.yaml"),
        ("plan", "assessment.json", "--sites", "sites.yaml", "--target", "0.5"),
        ("plan", "assessment.json", "--sites", "sites.yaml", "--strategy", "best"),
        ("generate", "nowhere.yaml"),
        ("generate", "assessment.json"),
        ("verify", "nowhere"),
        ("verify", "."),
    ],
)
def test_wrong_input_ends_in_two(folder: Path, arguments: tuple[str, ...]) -> None:
    """What, why and what to do."""
    done = aimigrate(folder, *arguments)

    assert done.returncode == 2
    for word in ("error: ", "why: ", "fix: "):
        assert word in done.stderr
    assert done.stdout == ""


def test_nothing_to_move_ends_in_two(folder: Path) -> None:
    """And says what would make something movable."""
    assessment(assessed("a", decision="conditional")).save(folder / "assessment.json")

    done = aimigrate(folder, "plan", "assessment.json", "--sites", "sites.yaml")

    assert done.returncode == 2
    assert "no workload has the verdict go" in done.stderr
    assert "its model family were known" in done.stderr


def test_a_full_disk_keeps_the_plan_and_the_deploy_that_were_there(folder: Path) -> None:
    """Exit code 1, what to do, the old bytes, and nothing half-written beside them."""
    planned(folder)
    aimigrate(folder, "generate", "plan.yaml")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (folder / "bigger.yaml").write_text(SITES.replace("fra-1", "a-site-of-another-name"))
    before[folder / "bigger.yaml"] = (folder / "bigger.yaml").read_bytes()

    for arguments in (("plan", "assessment.json", "--sites", "bigger.yaml"), ("generate", "plan.yaml")):
        done = subprocess.run(
            [sys.executable, "-B", "-m", "aimigrate", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),  # one thread
        )
        assert done.returncode == 1, done.stderr
        assert "was not written" in done.stderr
        assert "fix: make room" in done.stderr
        assert "Traceback" not in done.stderr

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
