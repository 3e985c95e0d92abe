"""No single value of a deploy can be changed by hand without `verify` naming it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from aimigrate.planning import planfile
from aimigrate.planning.planner import make_plan
from aimigrate.rendering.bundle import LOCK, PLAN, derive, generate
from aimigrate.rendering.renderer import AnsibleLoader
from aimigrate.rendering.verify import compare, verify
from tests.builders import assessed, assessment, host, site, sites

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFakeFake"


@pytest.fixture(scope="module")
def deploy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a deploy with every kind of value: regions, classes, keys, an exception, a site without hosts."""
    where = sites(
        site("fra-1", hosts=(host("j1", "10.0.0.1", ssh_host_key=KEY), host("j2", "10.0.0.2"))),
        site("iad-1", region="us-east-1", country="US"),
    )
    items = (assessed("a"), assessed("b", label="batch", region="us-east-1"), assessed("c", decision="stay"))
    plan = make_plan(assessment(*items), where, name="edge")
    text = planfile.dump(plan).decode().replace("source: null", 'source: "https://models.example/a.onnx"')
    folder = tmp_path_factory.mktemp("verify") / "deploy"
    (folder.parent / PLAN).write_text(text)
    generate(planfile.load(folder.parent / PLAN), folder, plan_yaml=text.encode())
    return folder


def leaves(node: yaml.Node) -> Iterator[yaml.Node]:
    """Every scalar and every empty collection."""
    if isinstance(node, yaml.ScalarNode) or not node.value:
        yield node
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from leaves(value)
    else:
        for value in node.value:
            yield from leaves(value)


def other(node: yaml.Node) -> str:
    """Another value of the same kind, as JSON and YAML both write it."""
    if isinstance(node, yaml.MappingNode):
        return '{"added": 1}'
    if isinstance(node, yaml.SequenceNode):
        return '["added"]'
    kind = node.tag.rpartition(":")[2]
    value = yaml.safe_load(node.value) if kind in ("int", "float", "bool") else None
    by_kind = {
        "int": lambda: str(value + 1),
        "float": lambda: str(value / 2 if value > 0.25 else value + 0.125),
        "bool": lambda: str(not value).lower(),
    }
    if kind in by_kind:
        return by_kind[kind]()
    if node.tag == "!unsafe":
        return '!unsafe "changed"'
    return '"changed"' if kind == "str" else "7"


def mutations(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, old value and text with one value changed, for every value."""
    root = yaml.compose(text, Loader=AnsibleLoader)
    assert root is not None
    for node in leaves(root):
        start, end = node.start_mark.index, node.end_mark.index
        yield node.start_mark.line + 1, text[start:end], text[:start] + other(node) + text[end:]


def yaml_files(folder: Path) -> list[str]:
    """Files whose values count."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return sorted(
        path for path in found if path == LOCK or (path.startswith(("inventory/", "stacks/")) and is_yaml(path))
    )


def is_yaml(path: str) -> bool:
    """Whether a template made it as YAML."""
    return path.endswith((".yml", ".yaml")) and not path.endswith("/Pulumi.yaml")


def rounds(deploy: Path, changes: dict[str, list[tuple[int, str, str]]]) -> int:
    """Make the n-th change of every file at once, for each n; each must be named, and nothing else."""
    derived = derive(planfile.load(deploy / PLAN), (deploy / PLAN).read_bytes())
    tried = 0
    for number in range(max(len(found) for found in changes.values())):
        now = {path: found[number] for path, found in changes.items() if number < len(found)}
        before = {path: (deploy / path).read_bytes() for path in now}
        for path, (_, _, changed) in now.items():
            (deploy / path).write_bytes(changed.encode("utf-8", "surrogateescape"))
        found = {item.where for item in compare(deploy, derived)}
        for path, content in before.items():
            (deploy / path).write_bytes(content)
        assert found == {f"{path}:{line}" for path, (line, _, _) in now.items()}, [now[path][1] for path in now]
        tried += len(now)
    return tried


def test_every_value_of_every_generated_document_is_guarded(deploy: Path) -> None:
    """Each leaf that is changed is named with its file and line."""
    changes = {path: list(mutations((deploy / path).read_text())) for path in yaml_files(deploy)}

    tried = rounds(deploy, changes)

    assert tried > 300
    assert verify(deploy) == ()


def test_every_line_of_every_other_file_is_guarded(deploy: Path) -> None:
    """Programs, playbooks and known_hosts, line by line."""
    changes: dict[str, list[tuple[int, str, str]]] = {}
    documents = {PLAN, *yaml_files(deploy)}
    for path in sorted(path for path in deploy.rglob("*") if path.is_file()):
        name = path.relative_to(deploy).as_posix()
        lines = path.read_bytes().decode("utf-8", "surrogateescape").split("\n")
        changes[name] = [
            (number + 1, line, "\n".join([*lines[:number], f"{line}~", *lines[number + 1 :]]))
            for number, line in enumerate(lines)
            if name not in documents
        ]

    tried = rounds(deploy, changes)

    assert tried > 200
    assert verify(deploy) == ()


def test_every_value_of_the_plan_is_guarded(deploy: Path) -> None:
    """A plan edited inside the deploy disagrees with what was made from it, each place with a line."""
    text = (deploy / PLAN).read_text()
    tried = 0

    for line, old, changed in mutations(text):
        (deploy / PLAN).write_text(changed)
        found = verify(deploy)
        assert found, f"{PLAN}:{line}: {old}"
        assert any(item.where.rpartition(":")[2].isdigit() for item in found), (line, old, found)
        tried += 1
    (deploy / PLAN).write_text(text)

    assert tried > 100
    assert verify(deploy) == ()
