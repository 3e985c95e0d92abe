"""Prove that a deploy says what its plan says: derive it anew and compare value by value."""

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from aimigrate.contracts.plan import Plan
from aimigrate.contracts.problems import field_path
from aimigrate.documents import load_yaml
from aimigrate.errors import UsageProblem
from aimigrate.rendering.bundle import LOCK, PLAN, Deploy, File, derive
from aimigrate.rendering.deploy_folder import ENGINE_KEYS
from aimigrate.rendering.faults import PlanFault
from aimigrate.rendering.leaves import Leaf, Unreadable, Where, leaves_of
from aimigrate.yamltext import printable

_MISSING: Final = "(missing)"
_NOTHING: Final = "(nothing)"
_SKIPPED: Final = "__pycache__"  # Python's own, when the engine runs a program
_STATE: Final = ".state"  # what a rollout keeps, at the top of the deploy
_STACK_FILE: Final = re.compile(r"stacks/[a-z]+/Pulumi\.[a-z]+\.[a-z0-9-]+\.yaml")


@dataclass(frozen=True)
class Disagreement:
    """One place where the deploy and its plan differ."""

    where: str
    plan: str
    found: str


def verify(deploy: Path) -> tuple[Disagreement, ...]:
    """Return every place where the files below `deploy` differ from what its plan gives; none when they agree.

    Raises UsageProblem when `deploy` is no deploy at all.
    """
    for name in (PLAN, LOCK):
        if not (deploy / name).is_file():
            raise UsageProblem(
                what=f"{deploy} is not a deploy",
                why=f"it holds no {name}",
                fix="give the folder that `aimigrate generate` wrote",
            )
    try:
        derived = derive(load_yaml(deploy / PLAN, Plan), (deploy / PLAN).read_bytes())
    except PlanFault as fault:
        return tuple(_faults(deploy, fault.located(deploy / PLAN)))
    except UsageProblem as problem:
        return tuple(_faults(deploy, problem))
    return tuple(compare(deploy, derived))


def _faults(deploy: Path, problem: UsageProblem) -> Iterator[Disagreement]:
    """Tell why the plan itself can't be carried out: nothing can agree with it."""
    prefix = f"{deploy / PLAN}:"
    for line in problem.why.splitlines():
        place = re.match(r"(\d+): ", line.removeprefix(prefix)) if line.startswith(prefix) else None
        where = f"{PLAN}:{place[1]}" if place else PLAN
        said = f"{problem.what}: {line}" if place is None else line.removeprefix(prefix)[place.end() :]
        yield Disagreement(where, "a plan that can be carried out", printable(said))


def compare(deploy: Path, derived: Deploy) -> Iterator[Disagreement]:
    """Yield every place where the files below `deploy` differ from those derived in memory."""
    lock = File(derived.lock.canonical(), f"templates/{LOCK}")
    expected = derived.files | {LOCK: lock}
    for path, file in sorted(expected.items()):
        place = deploy / path
        if place.is_symlink() or not place.is_file():
            found = "a link" if place.is_symlink() else _MISSING
            yield Disagreement(path, "a file", found)
            continue
        try:
            content = place.read_bytes()
        except OSError as error:
            yield Disagreement(path, "a file", f"can't be read: {error.strerror}")
            continue
        yield from _values(path, file.content, content) if file.rendered else _lines(path, file.content, content)
    for path in _on_disk(deploy):
        if path not in expected:
            yield Disagreement(path, _NOTHING, "a file that the plan does not give")


def _on_disk(deploy: Path) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(deploy):
        top = Path(folder) == deploy
        folders[:] = [name for name in folders if name != _SKIPPED and not (top and name == _STATE)]
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        found += [(Path(folder) / name).relative_to(deploy).as_posix() for name in [*files, *links]]
    return sorted(found)


def _values(path: str, planned: bytes, content: bytes) -> Iterator[Disagreement]:
    """Compare two YAML or JSON documents leaf by leaf; equal bytes hold equal values."""
    if planned == content:
        return
    try:
        found = leaves_of(content)
    except Unreadable as problem:
        yield Disagreement(f"{path}:{problem.line}", "one plain YAML document", problem.problem)
        return
    wanted = _planned_leaves(planned)
    for at in sorted(wanted.keys() | found.keys(), key=_order):
        want, have = wanted.get(at), found.get(at)
        if want is None and have is not None:
            if not (_STACK_FILE.fullmatch(path) and len(at) == 1 and at[0] in ENGINE_KEYS):
                yield Disagreement(f"{path}:{have.line}", _NOTHING, _shown(at, have))
        elif want is not None and have is None:
            yield Disagreement(f"{path}:{_parent_line(at, found)}", _shown(at, want), _MISSING)
        elif want is not None and have is not None and not want.same(have):
            yield Disagreement(f"{path}:{have.line}", _shown(at, want), _shown(at, have))


_planned_leaves = cache(leaves_of)


def _order(at: Where) -> tuple[tuple[bool, str | int], ...]:
    return tuple((isinstance(part, str), part) for part in at)


def _shown(at: Where, leaf: Leaf) -> str:
    value = "empty" if leaf.kind.startswith("empty") else repr(leaf.value) if leaf.value != "" else "''"
    return f"{printable(field_path(at))}: {printable(value)}"


def _parent_line(at: Where, found: dict[Where, Leaf]) -> int:
    """Line of the nearest value that is still there, below a missing one or beside it."""
    for depth in range(len(at), -1, -1):
        lines = [leaf.line for place, leaf in found.items() if place[:depth] == at[:depth]]
        if lines:
            return min(lines)
    return 1


def _lines(path: str, planned: bytes, content: bytes) -> Iterator[Disagreement]:
    """Compare two texts line by line."""
    if planned == content:
        return
    wanted, found = planned.split(b"\n"), content.split(b"\n")
    for what, start, end, at, to in difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes():
        if what != "equal":
            yield Disagreement(f"{path}:{at + 1}", _text(wanted[start:end]), _text(found[at:to]))


def _text(lines: list[bytes]) -> str:
    return printable(b"\n".join(lines).decode("utf-8", "backslashreplace")) if lines else _NOTHING
