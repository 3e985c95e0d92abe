"""Ansible itself reads the generated inventory: groups, values, and hostile text that stays text."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aimigrate.contracts.plan import Plan
from aimigrate.planning import planfile
from aimigrate.planning.planner import make_plan
from aimigrate.rendering.bundle import generate
from tests.builders import assessed, assessment, host, site, sites

BIN = Path(sys.executable).parent
EVIL = "{{ lookup('pipe', 'touch owned') }} {% raw %} ${x} !!python/object \"' \n\u202e"


def evil_plan() -> Plan:
    """Return a plan whose model comes from an address that is a template."""
    where = sites(site(hosts=(host("j1", "10.0.0.1"), host("x1", "10.0.0.9", "x86-64", ("mirror",)))), site("fra-2"))
    items = (assessed(EVIL, fits=assessed().edge_fit[:1]),)
    one = items[0].model_copy(update={"edge_fit": (items[0].edge_fit[0].model_copy(update={"count": 1}),)})
    plan = make_plan(assessment(one), where, name="edge")
    model = plan.workloads[0].model.model_copy(update={"source": EVIL})
    return plan.model_copy(update={"workloads": (plan.workloads[0].model_copy(update={"model": model}),)})


def ansible(folder: Path, program: str, *arguments: str) -> str:
    """Run one of Ansible's programs on the inventory; return what it prints."""
    environment = {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "HOME": str(folder),
        "ANSIBLE_HOME": str(folder / ".ansible"),
        "LANG": "C.UTF-8",
        "ANSIBLE_NOCOLOR": "1",
    }
    done = subprocess.run(
        [str(BIN / program), "-i", str(folder / "deploy/inventory/hosts.yml"), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the deploy of the hostile plan."""
    plan = evil_plan()
    generate(plan, tmp_path / "deploy", plan_yaml=planfile.dump(plan))
    return tmp_path


def test_ansible_finds_the_groups_and_the_values(folder: Path) -> None:
    """Region, site and role groups; no warning."""
    found: dict[str, Any] = json.loads(ansible(folder, "ansible-inventory", "--list"))

    assert found["region_eu_central_1"]["children"] == ["site_fra_1"]
    assert found["inference"]["children"] == ["inference_fra_1"]
    assert sorted(found["_meta"]["hostvars"]) == ["j1", "x1"]
    assert found["_meta"]["hostvars"]["j1"]["jetson_base_power_mode_id"] == 0


def test_hostile_text_is_never_taken_for_a_template(folder: Path) -> None:
    """A play that uses the value sees the text, and nothing ran."""
    (folder / "show.yml").write_text(
        "- hosts: inference\n  gather_facts: false\n  connection: local\n  tasks:\n"
        "    - ansible.builtin.copy:\n"
        "        content: \"{{ {'source': inference_models[0].source, 'name': router_models[0].name} | to_json }}\"\n"
        f"        dest: {folder}/seen.json\n        mode: '0644'\n"
        "      delegate_to: localhost\n"
        f"      vars: {{ansible_python_interpreter: {sys.executable}}}\n"
    )

    ansible(folder, "ansible-playbook", str(folder / "show.yml"))

    assert json.loads((folder / "seen.json").read_text()) == {
        "source": EVIL,
        "name": evil_plan().workloads[0].slug,
    }
    assert not list(folder.rglob("owned"))


def test_connection_values_are_plain(folder: Path) -> None:
    """Ansible resolves the address, the user and the pinned known_hosts of the inventory itself."""
    found = ansible(
        folder,
        "ansible",
        "j1",
        "-c",
        "local",
        "-m",
        "ansible.builtin.debug",
        "-a",
        "msg={{ ansible_host }}+{{ ansible_user }}+{{ ansible_ssh_common_args }}",
    )

    known = folder / "deploy/inventory/known_hosts"
    assert f"10.0.0.1+aimigrate+-o StrictHostKeyChecking=yes -o UserKnownHostsFile={known}" in found
    assert known.is_file()
