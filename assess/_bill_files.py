"""The files of a bill: one, a folder of them with its partitions, or a bucket's prefix fetched first."""

import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from aimigrate.assess._bill_place import Place
from aimigrate.errors import AccountProblem

if TYPE_CHECKING:
    import boto3

_KINDS = (".parquet", ".csv", ".csv.gz")
_PARTITION = re.compile(r"(?i)billing_period=[0-9-]+")
_EXECUTION = re.compile(r"[0-9]{8}T?[0-9]{6}\S*|[0-9]{4}-[0-9]{2}-[0-9]{2}T\S+")


@contextmanager
def files_of(place: Place, session: Callable[[], "boto3.Session"]) -> Iterator[Sequence[Path]]:
    """Give the bill's files, all of one kind, sorted; a bucket's are fetched, and removed afterwards.

    Raises UsageProblem when there are none or they are of several kinds, AccountProblem when AWS refuses.
    """
    if place.scheme == "file":
        yield _local(place, Path(place.parts[0]))
        return
    with tempfile.TemporaryDirectory(prefix="aimigrate-bill-") as folder:
        yield _fetched(place, session(), Path(folder))


def _local(place: Place, path: Path) -> Sequence[Path]:
    if path.is_file():
        if _kind(path.name) is None:
            place.refuse("not a .csv, .csv.gz or .parquet file")
        return [path]
    if not path.is_dir():
        place.refuse("no such file")
    names = {str(found.relative_to(path)): found for found in path.rglob("*") if found.is_file()}
    return [names[name] for name in chosen(place, names)]


def chosen(place: Place, names: Sequence[str] | dict[str, Any]) -> list[str]:
    """Choose the data among the names below a bill's folder: one kind of file, and of each period its newest delivery.

    Data Exports keep earlier deliveries beside the newest where they are told not to overwrite them: a folder a
    delivery, below the period's. Reading two would count the period twice (AWS Data Exports user guide, read 2026-11).
    """
    data = sorted(name for name in names if _kind(name) and not _hidden(name))
    if not data:
        place.refuse("holds no .csv, .csv.gz or .parquet file")
    kinds = sorted({str(_kind(name)) for name in data})
    if len(kinds) > 1 and not set(kinds) <= {".csv", ".csv.gz"}:
        place.refuse(f"holds files of several kinds: {', '.join(kinds)}", "give a folder with one export in it")
    newest: dict[str, str] = defaultdict(str)
    for name in data:
        period, delivery = _delivery(name)
        newest[period] = max(newest[period], delivery)
    return [name for name in data if newest[_delivery(name)[0]] == _delivery(name)[1]]


def _kind(name: str) -> str | None:
    return next((kind for kind in _KINDS if name.lower().endswith(kind)), None)


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any((part.startswith((".", "_")) and part != "..") or part == "metadata" for part in parts)


def _delivery(name: str) -> tuple[str, str]:
    """Return the period's folder and the delivery's in it, both empty where the path has none."""
    parts = PurePosixPath(name).parts
    for at, part in enumerate(parts[:-1]):
        if _PARTITION.fullmatch(part):
            below = parts[at + 1] if at + 2 < len(parts) and _EXECUTION.fullmatch(parts[at + 1]) else ""
            return "/".join(parts[: at + 1]), below
    return "", ""


def _fetched(place: Place, session: "boto3.Session", folder: Path) -> Sequence[Path]:
    """Fetch what lies below a prefix; each object is read once."""
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, prefix = place.parts
    client = session.client("s3")
    try:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        found = [str(item["Key"]) for page in pages for item in page.get("Contents", ())]
        folder_of = f"{prefix.rstrip('/')}/" if prefix else ""  # `cur` is no other export's `cur-old`
        keys = [key for key in found if key == prefix or key.startswith(folder_of)]
        files = []
        for number, key in enumerate(chosen(place, keys)):
            target = folder / f"{number:06}{_kind(key)}"  # a key is no path: it may hold anything
            client.download_file(bucket, key, str(target))
            files.append(target)
    except (BotoCoreError, ClientError) as error:
        raise AccountProblem(
            what=f"the bill {place.text} can't be read",
            why=str(error)[:300],
            fix="allow s3:ListBucket and s3:GetObject on it for the credentials in use",
        ) from error
    return files
