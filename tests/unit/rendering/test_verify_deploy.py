"""A deploy agrees with its plan, or the place where it doesn't is named."""

from pathlib import Path

import pytest

from aimigrate.errors import UsageProblem
from aimigrate.planning import planfile
from aimigrate.planning.planner import make_plan
from aimigrate.rendering.bundle import generate
from aimigrate.rendering.verify import verify
from tests.builders import assessed, assessment, host, site, sites

STACK = "stacks/pilot/Pulumi.pilot.eu-central-1.yaml"


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """Give a deploy of one workload at one site."""
    where = sites(site(hosts=(host("j1", "10.0.0.1"), host("j2", "10.0.0.2"))))
    plan = make_plan(assessment(assessed("a")), where, name="edge")
    generate(plan, tmp_path / "deploy", plan_yaml=planfile.dump(plan))
    return tmp_path / "deploy"


def edit(path: Path, before: str, after: str) -> int:
    """Change a file by hand; return the line."""
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return text[: text.index(before)].count("\n") + 1


def test_a_fresh_deploy_agrees(deploy: Path) -> None:
    """Nothing to say."""
    assert verify(deploy) == ()


def test_a_changed_value_is_named_with_file_and_line(deploy: Path) -> None:
    """What the plan says, and what is there."""
    line = edit(deploy / STACK, "units: 1", "units: 2")

    found = verify(deploy)

    assert [(item.where, item.plan, item.found) for item in found] == [
        (
            f"{STACK}:{line}",
            "config.aimigrate:settings.overflow.units: 1",
            "config.aimigrate:settings.overflow.units: 2",
        )
    ]


def test_another_type_is_another_value(deploy: Path) -> None:
    """A number in quotes is text."""
    edit(deploy / STACK, "units: 1", 'units: "1"')

    assert len(verify(deploy)) == 1


def test_a_string_without_its_unsafe_tag_is_named(deploy: Path) -> None:
    """Without the tag Ansible would take it for a template."""
    line = edit(deploy / "inventory/host_vars/j1.yml", "!unsafe ", "")

    assert [item.where for item in verify(deploy)] == [f"inventory/host_vars/j1.yml:{line}"]


def test_a_missing_and_an_added_value_are_named(deploy: Path) -> None:
    """One line away, one line more."""
    path = deploy / "inventory/host_vars/j1.yml"
    edit(path, "jetson_base_power_mode_id: 0\n", "ansible_become: true\n")

    found = verify(deploy)

    assert sorted((item.plan, item.found) for item in found) == [
        ("(nothing)", "ansible_become: True"),
        ("jetson_base_power_mode_id: 0", "(missing)"),
    ]


def test_layout_and_comments_are_no_values(deploy: Path) -> None:
    """The engine may write a stack's file again in its own layout."""
    path = deploy / STACK
    text = "\n".join(line for line in path.read_text().split("\n") if not line.lstrip().startswith("#"))
    path.write_text("# the engine was here\n" + text.replace("units: 1", "units:   1"))

    assert verify(deploy) == ()


def test_what_the_engine_writes_in_a_stack_file_is_tolerated_there_alone(deploy: Path) -> None:
    """Three keys at the top of a stack's file, and no other."""
    for key in ("encryptionsalt: v1:a:b", "secretsprovider: passphrase", "encryptedkey: abc"):
        (deploy / STACK).write_text(f"{key}\n" + (deploy / STACK).read_text())
    agreed = verify(deploy)
    (deploy / STACK).write_text("runtime: go\n" + (deploy / STACK).read_text())
    (deploy / "inventory/hosts.yml").write_text("encryptionsalt: x\n" + (deploy / "inventory/hosts.yml").read_text())

    found = verify(deploy)

    assert agreed == ()
    assert [item.where for item in found] == ["inventory/hosts.yml:1", f"{STACK}:1"]


def test_a_changed_line_of_a_playbook_or_program_is_named(deploy: Path) -> None:
    """Text is compared by line."""
    line = edit(deploy / "stacks/pilot/__main__.py", "import pulumi\n", "import pulumi, os\n")

    assert [(item.where, item.plan, item.found) for item in verify(deploy)] == [
        (f"stacks/pilot/__main__.py:{line}", "import pulumi", "import pulumi, os")
    ]


def test_missing_and_unexpected_files_are_named(deploy: Path) -> None:
    """A link is no file; what Python and a rollout keep there is theirs."""
    (deploy / STACK).unlink()
    (deploy / "inventory/host_vars/evil.yml").write_text("ansible_host: 10.6.6.6\n")
    (deploy / "inventory/hosts.yml").rename(deploy.parent / "hosts.yml")
    (deploy / "inventory/hosts.yml").symlink_to(deploy.parent / "hosts.yml")
    (deploy / "stacks/pilot/__pycache__").mkdir()
    (deploy / "stacks/pilot/__pycache__/x.pyc").write_bytes(b"")
    (deploy / ".state").mkdir()
    (deploy / ".state/rollout.pilot.json").write_bytes(b"{}")

    found = verify(deploy)

    assert {(item.where, item.found) for item in found} == {
        (STACK, "(missing)"),
        ("inventory/hosts.yml", "a link"),
        ("inventory/host_vars/evil.yml", "a file that the plan does not give"),
    }


def test_an_edited_plan_disagrees_with_what_was_made_from_it(deploy: Path) -> None:
    """The stacks and the lock say what the plan said before."""
    edit(deploy / "plan.yaml", "observation_days: 30", "observation_days: 3")

    found = verify(deploy)

    assert ("config.aimigrate:settings.observation_days: 3", "config.aimigrate:settings.observation_days: 30") in {
        (item.plan, item.found) for item in found
    }
    assert any(item.where.startswith("deploy.lock.json:") and "plan_sha256" in item.plan for item in found)


def test_a_plan_broken_by_hand_is_a_disagreement_with_its_line(deploy: Path) -> None:
    """Not an error of the command: the deploy can't agree with it."""
    line = edit(deploy / "plan.yaml", "capacity_share: 0.", "capacity_share: 7.")

    found = verify(deploy)

    assert found[0].where == f"plan.yaml:{line}"
    assert "less than or equal to 1" in found[0].found


@pytest.mark.parametrize("text", ["config: [", "a: 1\na: 2\n", "a: &x [1]\nb: *x\n", "- 1\n--- 2\n", "\x00", ""])
def test_text_that_is_no_single_plain_document_is_named(deploy: Path, text: str) -> None:
    """Broken YAML, a key twice, an alias, two documents, nothing."""
    (deploy / STACK).write_text(text)

    found = verify(deploy)

    assert found
    assert {item.where.split(":")[0] for item in found} == {STACK}


def test_a_folder_that_is_no_deploy_is_refused(tmp_path: Path) -> None:
    """Exit code 2."""
    with pytest.raises(UsageProblem, match=r"holds no plan\.yaml"):
        verify(tmp_path)
