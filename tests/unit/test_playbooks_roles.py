"""The roles' interfaces: what a default is, what is declared, and that the plays parse."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
ROLES = sorted(path for path in (PLAYBOOKS / "roles").iterdir() if path.is_dir())
each_role = pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)


def read(path: Path) -> Any:  # noqa: ANN401 - YAML is anything
    """Parse one YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@each_role
def test_every_default_is_declared_and_carries_the_role_s_name(role: Path) -> None:
    """A variable has a type and a sentence, and no other role can set it by accident."""
    defaults = read(role / "defaults/main.yml")
    options = read(role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]

    assert set(defaults) <= set(options)
    assert all(name.startswith(f"{role.name}_") for name in [*defaults, *options])
    assert all(option["description"] and option["type"] for option in options.values())


@each_role
def test_a_declared_default_is_the_one_that_holds(role: Path) -> None:
    """The documentation of a default does not differ from `defaults/main.yml`."""
    defaults = read(role / "defaults/main.yml")
    options = read(role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]

    stated = {name: option["default"] for name, option in options.items() if "default" in option}

    assert stated == {name: defaults[name] for name in stated}


@each_role
def test_a_role_says_what_it_is(role: Path) -> None:
    """A role has a page and Galaxy's facts."""
    info = read(role / "meta/main.yml")["galaxy_info"]

    assert (role / "README.md").read_text(encoding="utf-8").startswith(f"# {role.name}\n")
    assert info["license"] == "Apache-2.0"
    assert info["role_name"] == role.name


@each_role
def test_no_task_hides_a_failure(role: Path) -> None:
    """Nothing is ignored, in any file of a role."""
    text = "".join(path.read_text(encoding="utf-8") for path in role.rglob("*.yml"))

    assert "ignore_errors" not in text
    assert "failed_when: false" not in text


@pytest.mark.parametrize("playbook", ["site.yml", "verify.yml", "rollback.yml"])
def test_a_play_parses_by_itself(playbook: str, tmp_path: Path) -> None:
    """A copy of the folder needs nothing beside it: no collection, no path of the checkout."""
    copy = tmp_path / "playbooks"
    subprocess.run(["cp", "-r", str(PLAYBOOKS), str(copy)], check=True)
    ansible = str(Path(sys.executable).with_name("ansible-playbook"))
    command = [ansible, "--syntax-check", "-i", "host,", playbook]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(copy / "ansible.cfg"), "ANSIBLE_HOME": str(tmp_path / "home")}

    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_every_package_of_the_runtime_is_locked_by_hash() -> None:
    """Nothing is installed on a host that is not the file that was reviewed."""
    lock = (PLAYBOOKS / "roles/runtime/files/requirements.txt").read_text(encoding="utf-8")
    packages = [line for line in lock.splitlines() if "==" in line]

    assert len(packages) > 10
    assert all(line.endswith("\\") for line in packages)
    assert "http" not in lock.replace("geventhttpclient", "").replace("aiohttp", "").replace("util-http", "")
