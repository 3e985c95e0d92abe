"""A frozen inventory: written once, checked by hash, and read again offline."""

import hashlib
import json
from pathlib import Path

from aimigrate.contracts.inventory import Inventory
from aimigrate.documents import load_json, save
from aimigrate.errors import UsageProblem

_FOLDER = "snapshot"
_INVENTORY = "inventory.json"
_MANIFEST = "manifest.json"


def write_snapshot(inventory: Inventory, out: Path) -> Path:
    """Write `out`/snapshot/ with the inventory and its manifest. Raises MachineProblem when the disk says no."""
    folder = out / _FOLDER
    content = inventory.canonical()
    entry = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {"files": {_INVENTORY: entry}, "schema_version": 1}
    save(folder / _INVENTORY, content)
    save(folder / _MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
    return folder


def read_snapshot(folder: Path) -> Inventory:
    """Read a snapshot folder, or the folder that holds it.

    Raises UsageProblem when there is none, or when a file is not the one that the manifest names.
    """
    place = folder / _FOLDER if (folder / _FOLDER / _MANIFEST).is_file() else folder
    try:
        manifest = json.loads((place / _MANIFEST).read_bytes())
        expected = manifest["files"][_INVENTORY]["sha256"]
        actual = hashlib.sha256((place / _INVENTORY).read_bytes()).hexdigest()
    except OSError as error:
        raise UsageProblem(
            what=f"{folder} holds no snapshot",
            why=f"{error.filename}: {error.strerror}",
            fix="give the folder that `aimigrate assess --out` wrote, or its snapshot/ folder",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageProblem(
            what=f"{place / _MANIFEST} can't be used",
            why="it is not the manifest that aimigrate wrote",
            fix="take the snapshot again with `aimigrate assess`",
        ) from error
    if actual != expected:
        raise UsageProblem(
            what=f"{place / _INVENTORY} was changed after it was taken",
            why=f"its sha256 is {actual[:12]}, the manifest has {str(expected)[:12]}",
            fix="take the snapshot again with `aimigrate assess`",
        )
    return load_json(place / _INVENTORY, Inventory)
