"""Read YAML and JSON documents a person may have edited: each fault named by file, line and field."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from aimigrate.contracts import DOCUMENTS
from aimigrate.contracts.base import Document, write_atomically
from aimigrate.contracts.problems import DocumentProblem, faults, field_path
from aimigrate.errors import MachineProblem, UsageProblem

D = TypeVar("D", bound=Document)


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int | None:
    """Line of the deepest part of `location` that the text holds."""
    found = None
    for part in (*location, None):
        if node is None:
            return found
        found = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            key, value = pairs.get(str(part), (None, None))
            if key is None:
                return found
            found, node = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return found
    return found


def line_of(path: Path, location: tuple[int | str, ...]) -> int | None:
    """Return the line of a field in a YAML file that was read before, or of the deepest part of it that is there."""
    return _line(yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader), location)


def load_yaml(path: Path, contract: type[D]) -> D:
    """Read a YAML document and check it against its contract.

    Raises UsageProblem whose `why` holds one line per fault: `file:line: field: what is wrong`.
    """
    what = f"{contract.document_name} {path} can't be used"
    fix = "correct the file"
    if contract.document_name in DOCUMENTS:
        fix += f"; `aimigrate schema {contract.document_name}` prints what it may hold"
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values: Any = yaml.safe_load(text)
    except OSError as error:
        raise UsageProblem(
            what=what, why=f"{path}: {error.strerror}", fix="give the path of a file you can read"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageProblem(what=what, why=f"{path}: not UTF-8 text", fix=fix) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise UsageProblem(what=what, why=f"{where}: not YAML: {getattr(error, 'problem', error)}", fix=fix) from error
    try:
        return contract.model_validate(values)
    except ValidationError as error:
        lines = [
            f"{path}:{_line(node, location) or 1}: {field_path(location)}: {message}"
            for location, message in faults(error)
        ]
        raise UsageProblem(what=what, why="\n".join(lines), fix=fix) from error


def load_json(path: Path, contract: type[D]) -> D:
    """Read a JSON document. Raises UsageProblem that names the file and each bad field."""
    try:
        return contract.load(path)
    except DocumentProblem as problem:
        raise UsageProblem(
            what=f"{contract.document_name} {path} can't be used",
            why="\n".join(problem.problems),
            fix=f"make it again with aimigrate; `aimigrate schema {contract.document_name}` prints its shape",
        ) from problem


def save(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all. Raises MachineProblem when the disk says no."""
    try:
        return write_atomically(path, content)
    except OSError as error:
        raise MachineProblem(
            what=f"{path} was not written",
            why=error.strerror or str(error),
            fix="make room or choose another folder with --out; what was there before is unchanged",
        ) from error
