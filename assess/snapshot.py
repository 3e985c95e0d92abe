"""A snapshot: all that AWS answered, frozen, with a manifest of hashes; read again offline, it gives the same bytes.

snapshot/manifest.json                          what was read, when, and the sha256 of every other file
snapshot/answers/<account>/<region>/<collector>.jsonl.gz   what AWS answered to one unit, without secrets
snapshot/accounts/<account>.json                the regions of an account, and what could not be learned of it
snapshot/inventory/<account>.json               the inventory built from the answers, less the points of its series
snapshot/bill.json, snapshot/history/<account>.json         what else went into it, where something did
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from aimigrate.assess._answers import digest
from aimigrate.assess._reading import Scope
from aimigrate.assess.units import Unit, inventory_of
from aimigrate.contracts.base import Document, Frozen, UtcDatetime
from aimigrate.contracts.bill import Bill
from aimigrate.contracts.inventory import Coverage, CoverageEntry, Inventory, Series
from aimigrate.contracts.problems import DocumentProblem
from aimigrate.errors import MachineProblem, UsageProblem

_FOLDER = "snapshot"
_MANIFEST = "manifest.json"
_SUFFIX = ".jsonl.gz"


class FileEntry(Frozen):
    """One file of a snapshot."""

    bytes: int
    sha256: str


class Manifest(Document):
    """What a snapshot holds."""

    document_name = "snapshot"
    schema_version: int = 2

    source: str = Field(description="aws or observations.")
    account_id: str = Field(description="The account that was asked for.")
    accounts: tuple[str, ...]
    collected_at: UtcDatetime
    lookback_days: float
    files: dict[str, FileEntry]


class AccountRead(Frozen):
    """What is known of an account beside its recordings."""

    regions: tuple[str, ...]
    holes: tuple[CoverageEntry, ...] = ()


class SnapshotWriter:
    """Writes a snapshot account by account into a folder beside the old one, and takes its place at the end.

    Raises MachineProblem when the disk says no; then the old snapshot is as it was.
    """

    def __init__(self, out: Path, *, account_id: str, collected_at: datetime, lookback_days: float) -> None:
        self._place = out / _FOLDER
        self._new = not out.exists()
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._clear(out)
            self._draft = Path(tempfile.mkdtemp(dir=out, prefix=f".{_FOLDER}."))
        except OSError as error:
            raise _no_room(out, error) from error
        self._draft.chmod(0o755)
        self._about = {"account_id": account_id, "collected_at": collected_at, "lookback_days": lookback_days}
        self._files: dict[str, FileEntry] = {}
        self._accounts: list[str] = []
        self._source = "observations"

    def _clear(self, out: Path) -> None:
        """Remove what a run that was killed had drafted; what it had just moved away is put back."""
        for stale in out.glob(f".{_FOLDER}.*"):
            if (stale / "old").exists() and not self._place.exists():
                os.replace(stale / "old", self._place)
            shutil.rmtree(stale, ignore_errors=True)

    def add(
        self,
        inventory: Inventory,
        *,
        recordings: dict[Unit, bytes] | None = None,
        holes: tuple[CoverageEntry, ...] = (),
        history: dict[str, tuple[Series, ...]] | None = None,
    ) -> None:
        """Add an account: its inventory, and the recordings that it was built from."""
        account_id = inventory.account_id
        self._accounts.append(account_id)
        if recordings is not None:
            self._source = "aws"
            for unit, content in recordings.items():
                self._write(f"answers/{unit.name}{_SUFFIX}", content)
            about = AccountRead(regions=inventory.regions, holes=holes)
            self._write(f"accounts/{account_id}.json", _json(about.model_dump(mode="json")))
        if history:
            older = {name: [one.model_dump(mode="json") for one in series] for name, series in history.items()}
            self._write(f"history/{account_id}.json", _json(older))
        shown = inventory if recordings is None else inventory.without_points()
        self._write(f"inventory/{account_id}.json", shown.canonical())

    def finish(self, bill: Bill | None = None) -> Path:
        """Put the snapshot where it belongs, and return its folder."""
        if bill is not None:
            self._write("bill.json", _json(bill.model_dump(mode="json")))
        manifest = Manifest(
            source=self._source,
            accounts=tuple(sorted(self._accounts)),
            files=dict(sorted(self._files.items())),
            **self._about,
        )
        try:
            (self._draft / _MANIFEST).write_bytes(manifest.canonical())
            old = Path(tempfile.mkdtemp(dir=self._place.parent, prefix=f".{_FOLDER}.")) / "old"
            if self._place.exists():
                os.replace(self._place, old)
            os.replace(self._draft, self._place)
            shutil.rmtree(old.parent, ignore_errors=True)
        except OSError as error:
            self.abandon()
            raise _no_room(self._place, error) from error
        return self._place

    def abandon(self) -> None:
        """Leave nothing of what was not finished."""
        shutil.rmtree(self._draft, ignore_errors=True)
        if self._new:
            with suppress(OSError):  # it holds something else by now
                self._place.parent.rmdir()

    def _write(self, name: str, content: bytes) -> None:
        path = self._draft / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            self.abandon()
            raise _no_room(path, error) from error
        self._files[name] = FileEntry(bytes=len(content), sha256=digest(content))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _no_room(path: Path, error: OSError) -> MachineProblem:
    return MachineProblem(
        what=f"{path} can't be written",
        why=error.strerror or str(error),
        fix="give --out a folder on a disk with room that you may write to",
    )


class Snapshot:
    """A snapshot that is whole: each file is checked against the manifest when it is read."""

    def __init__(self, folder: Path) -> None:
        """Open a snapshot folder, or the folder that holds it. Raises UsageProblem when there is none."""
        self.place = folder / _FOLDER if (folder / _FOLDER / _MANIFEST).is_file() else folder
        path = self.place / _MANIFEST
        if not path.is_file():
            raise UsageProblem(
                what=f"{folder} holds no snapshot",
                why=f"{path}: No such file or directory",
                fix="give the folder that `aimigrate assess --out` wrote, or its snapshot/ folder",
            )
        try:
            self.manifest = Manifest.load(path)
        except DocumentProblem as error:
            raise self._unusable(path, "; ".join(error.problems)) from error

    def inventories(self) -> Iterator[Inventory]:
        """Yield the inventory of each account, built anew from what AWS answered. Raises UsageProblem."""
        for account_id in self.manifest.accounts:
            yield self._inventory(account_id)

    def recordings(self, account_id: str) -> dict[Unit, bytes]:
        """Return the recording of each unit of an account. Raises UsageProblem for one that was changed."""
        found = {}
        for name in sorted(self.manifest.files):
            parts = name.removesuffix(_SUFFIX).split("/")
            if parts[:2] == ["answers", account_id] and len(parts) == 4:  # noqa: PLR2004  # answers/account/region/collector
                found[Unit(*parts[1:])] = self._read(name)
        return found

    def holes(self, account_id: str) -> tuple[CoverageEntry, ...]:
        """Return what could not be learned of an account before it was read."""
        return self._about(account_id).holes

    def bill(self) -> Bill | None:
        """Return the bill that went into it, None where none did."""
        return Bill.model_validate(self._values("bill.json")) if "bill.json" in self.manifest.files else None

    def history(self, account_id: str) -> dict[str, tuple[Series, ...]]:
        """Return the older series that went into it, by workload."""
        name = f"history/{account_id}.json"
        held = self._values(name) if name in self.manifest.files else {}
        return {key: tuple(Series.model_validate(one) for one in series) for key, series in held.items()}

    def _about(self, account_id: str) -> AccountRead:
        return AccountRead.model_validate(self._values(f"accounts/{account_id}.json"))

    def _inventory(self, account_id: str) -> Inventory:
        if self.manifest.source != "aws":
            name = f"inventory/{account_id}.json"
            return Inventory.parse(self._values(name), str(self.place / name))
        about = self._about(account_id)
        scope = Scope(account_id, about.regions, self.manifest.collected_at, self.manifest.lookback_days)
        try:
            built = inventory_of(scope, self.recordings(account_id))
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise self._unusable(self.place / "answers" / account_id, f"{type(error).__name__}: {error}") from error
        return with_holes(built, about.holes)

    def _values(self, name: str) -> Any:  # noqa: ANN401  # any JSON value
        return json.loads(self._read(name))

    def _read(self, name: str) -> bytes:
        path = self.place / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise self._unusable(path, error.strerror or str(error)) from error
        expected = self.manifest.files[name].sha256 if name in self.manifest.files else "nothing"
        if digest(content) != expected:
            raise UsageProblem(
                what=f"{path} was changed after it was taken",
                why=f"its sha256 is {digest(content)[:12]}, the manifest has {expected[:12]}",
                fix="take the snapshot again with `aimigrate assess`",
            )
        return content

    @staticmethod
    def _unusable(path: Path, why: str) -> UsageProblem:
        fix = "take the snapshot again with `aimigrate assess`"
        return UsageProblem(what=f"{path} can't be used", why=why, fix=fix)


def with_holes(inventory: Inventory, holes: tuple[CoverageEntry, ...]) -> Inventory:
    """Return the inventory with what could not be learned before its account was read."""
    if not holes:
        return inventory
    entries = sorted(
        (*holes, *inventory.coverage.entries), key=lambda e: (e.account_id, e.region, e.service, e.operation)
    )
    return inventory.model_copy(update={"coverage": Coverage(entries=tuple(entries))})


def write_observed(inventory: Inventory, out: Path, bill: Bill | None) -> Path:
    """Write the snapshot of observations: the inventory alone. Raises MachineProblem."""
    writer = SnapshotWriter(
        out,
        account_id=inventory.account_id,
        collected_at=inventory.collected_at,
        lookback_days=inventory.lookback_days,
    )
    writer.add(inventory)
    return writer.finish(bill)
