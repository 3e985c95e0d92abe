"""Derive every file of a deploy from its plan, and write them all or none."""

import ast
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from aimigrate import __version__
from aimigrate.contracts.plan import Plan
from aimigrate.contracts.rendered import Rendered, RenderedFile, Stack
from aimigrate.registry import discover
from aimigrate.rendering.deploy_folder import replace_folder
from aimigrate.rendering.placing import sites_without_hosts
from aimigrate.rendering.renderer import packaged, render_yaml
from aimigrate.rendering.stacks import stack_name, stack_view
from aimigrate.rendering.views import InventoryView, group_name, inventory_view
from aimigrate.yamltext import block

LOCK: Final = "deploy.lock.json"
PLAN: Final = "plan.yaml"
_SSH_ARGUMENTS: Final = "-o StrictHostKeyChecking=yes -o UserKnownHostsFile={{ inventory_dir }}/known_hosts"
_SKIPPED: Final = frozenset({"__pycache__", "VARIABLES.md"})


@dataclass(frozen=True)
class AllView:
    """What holds for every host."""

    ssh_arguments: str


@dataclass(frozen=True)
class File:
    """One file of a deploy: its bytes, and the template or packaged file it was made from."""

    content: bytes
    template: str

    @property
    def rendered(self) -> bool:
        """Whether a template made it, so that its values count and its layout does not."""
        return self.template.startswith("templates/")


@dataclass(frozen=True)
class Deploy:
    """A whole deploy in memory: files by path, and the lock that describes them."""

    files: dict[str, File]
    lock: Rendered


def derive(plan: Plan, plan_yaml: bytes) -> Deploy:
    """Return every file of the deploy. Raises UsageProblem where the plan can't be carried out."""
    files = {PLAN: File(plan_yaml, "plan"), **_stacks(plan)}
    inventory = inventory_view(plan, discover("aimigrate.planning.targets", "target"))
    files |= _inventory(inventory)
    files |= _packaged("playbooks", "playbooks")
    for path, file in files.items():
        if path.endswith(".py"):
            ast.parse(file.content, path)
    lock = Rendered(
        plan_sha256=plan.sha256(),
        generator=f"aimigrate {__version__}",
        stacks=tuple(
            Stack(
                phase=phase.name,
                region=region.region,
                stack=stack_name(phase.name, region.region),
                folder=f"stacks/{phase.name}",
            )
            for phase in plan.phases
            for region in phase.regions
        ),
        sites=tuple(sorted(site.id for site in inventory.sites)),
        sites_without_hosts=sites_without_hosts(plan),
        files=tuple(
            RenderedFile(path=path, sha256=hashlib.sha256(file.content).hexdigest(), template=file.template)
            for path, file in sorted(files.items())
        ),
    )
    return Deploy(files, lock)


def generate(plan: Plan, out: Path, *, plan_yaml: bytes | None = None) -> Rendered:
    """Write the deploy of a plan to `out`, whole or not at all, and return its lock.

    `plan_yaml` is the plan's own file, kept as given. Files of an earlier generate that are no
    longer made go away; anything else in `out` stays. Raises UsageProblem, or MachineProblem when
    the disk says no: then what was in `out` is as it was.
    """
    values: Any = plan.model_dump(mode="json")
    plain = ("\n".join(block(values, lambda _at, _value: ())) + "\n").encode()
    deploy = derive(plan, plain if plan_yaml is None else plan_yaml)
    contents = {path: file.content for path, file in deploy.files.items()} | {LOCK: deploy.lock.canonical()}
    replace_folder(out, contents, lock=LOCK)
    return deploy.lock


def _stacks(plan: Plan) -> dict[str, File]:
    found: dict[str, File] = {}
    for phase in plan.phases:
        folder = f"stacks/{phase.name}"
        found |= _packaged(folder, folder)
        requirements = f"# What the program imports. Made by `aimigrate generate`.\naimigrate[pulumi]=={__version__}\n"
        found[f"{folder}/requirements.txt"] = File(requirements.encode(), "requirements")
        for region in phase.regions:
            view = stack_view(plan, phase, region)
            path = f"{folder}/Pulumi.{view.stack}.yaml"
            found[path] = _from_template("pulumi/stack.yaml.j2", view)
    return found


def _inventory(view: InventoryView) -> dict[str, File]:
    folder = "inventory"
    found = {
        f"{folder}/hosts.yml": _from_template("ansible/hosts.yml.j2", view),
        f"{folder}/group_vars/all.yml": _from_template("ansible/all.yml.j2", AllView(_SSH_ARGUMENTS)),
    }
    keys: list[str] = []
    for site in view.sites:
        found[f"{folder}/group_vars/site_{group_name(site.id)}.yml"] = _from_template("ansible/site.yml.j2", site)
        for host in site.hosts:
            found[f"{folder}/host_vars/{host.name}.yml"] = _from_template("ansible/host.yml.j2", host)
            if host.known_host is not None:
                keys.append(host.known_host)
    found[f"{folder}/known_hosts"] = File("".join(f"{key}\n" for key in sorted(keys)).encode(), "known_hosts")
    return found


def _from_template(template: str, view: object) -> File:
    return File(render_yaml(template, view), f"templates/{template}")


@cache
def _packaged(folder: str, into: str) -> dict[str, File]:
    """Return every file of a folder that ships with aimigrate, as it is, read once."""
    root = packaged(folder)
    found: dict[str, File] = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_dir() or any(part in _SKIPPED or part.startswith(".") for part in inside.parts):
            continue
        content = path.read_bytes()
        if path.name.endswith((".yml", ".yaml")):
            yaml.compose(content, Loader=yaml.SafeLoader)
        found[f"{into}/{inside.as_posix()}"] = File(content, f"{folder}/{inside.as_posix()}")
    return found
