"""Replace a deploy folder in one step: a full disk or Ctrl-C leaves the old one as it was."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from aimigrate.contracts.rendered import Rendered
from aimigrate.documents import load_json
from aimigrate.errors import MachineProblem, UsageProblem
from aimigrate.yamltext import scalar

ENGINE_KEYS: Final = ("secretsprovider", "encryptedkey", "encryptionsalt")
"""What the Pulumi engine itself writes at the top of a stack's file, and needs again."""


def replace_folder(out: Path, contents: Mapping[str, bytes], *, lock: str) -> None:
    """Make `out` hold `contents`, and of what it held before only what the old lock does not name.

    Raises UsageProblem when `out` holds files that no lock names, MachineProblem when the disk says no.
    """
    out = out.resolve()
    old = _old_files(out, lock)
    temporary: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
        fresh = temporary / "new"
        for path, content in sorted(contents.items()):
            _write(fresh / path, _with_engine_keys(out / path, content))
        _carry_over(out, fresh, old | set(contents))
        _swap(out, fresh, temporary / "old")
    except OSError as error:
        raise MachineProblem(
            what=f"{out} was not written",
            why=error.strerror or str(error),
            fix="make room or choose another folder with --out; what was there before is unchanged",
        ) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _old_files(out: Path, lock: str) -> set[str]:
    """Paths that an earlier generate wrote to `out`."""
    if not out.exists():
        return set()
    if not out.is_dir() or (not (out / lock).is_file() and any(out.iterdir())):
        raise UsageProblem(
            what=f"{out} can't be the deploy folder",
            why="it holds something else: there is no deploy.lock.json that says what is ours",
            fix="choose another folder with --out",
        )
    if not (out / lock).is_file():
        return set()
    return {lock} | {file.path for file in load_json(out / lock, Rendered).files}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _with_engine_keys(old: Path, content: bytes) -> bytes:
    """Keep what the Pulumi engine added to a stack's file: without its salt no secret can be read again."""
    if not (old.name.startswith("Pulumi.") and old.name != "Pulumi.yaml" and old.is_file()):
        return content
    try:
        values = yaml.safe_load(old.read_bytes())
    except yaml.YAMLError:
        return content
    kept = {key: values[key] for key in ENGINE_KEYS if isinstance(values, dict) and isinstance(values.get(key), str)}
    return content + "".join(f"{key}: {scalar(value)}\n" for key, value in kept.items()).encode()


def _carry_over(out: Path, fresh: Path, ours: set[str]) -> None:
    """Link everything in `out` that is not ours into the new folder."""
    for folder, folders, files in os.walk(out):
        inside = Path(folder).relative_to(out)
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in [*files, *links]:
            if (inside / name).as_posix() in ours:
                continue
            (fresh / inside).mkdir(parents=True, exist_ok=True)
            os.link(Path(folder) / name, fresh / inside / name, follow_symlinks=False)
        for name in folders:
            empty = not any((Path(folder) / name).iterdir()) if name not in links else False
            if empty:
                (fresh / inside / name).mkdir(parents=True, exist_ok=True)


def _swap(out: Path, fresh: Path, aside: Path) -> None:
    fresh.chmod(0o755)
    had = out.exists()
    if had:
        out.rename(aside)
    try:
        fresh.rename(out)
    except BaseException:
        if had and not out.exists():
            aside.rename(out)
        raise
