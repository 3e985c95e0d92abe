"""What every document shares: frozen values, a version, canonical bytes, a hash, and a write that is all or nothing."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from aimigrate.contracts.problems import DocumentProblem, field_problems

Ratio = Annotated[float, Field(ge=0, le=1)]
"""A share or a probability, 0..1."""

NonNegative = Annotated[float, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
UtcDatetime = AwareDatetime


class Frozen(BaseModel):
    """A value that never changes, refuses fields it does not know, and holds no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Document(Frozen):
    """A file that one stage hands to the next: same content, same bytes, same hash."""

    document_name: ClassVar[str]
    indent: ClassVar[int | None] = 1
    """Spaces a level in the file; None for a document too large to be read by eye, which is then written faster."""
    schema_version: int = 1

    def canonical(self) -> bytes:
        """Return the document as UTF-8 JSON with sorted keys; equal documents give equal bytes."""
        values = self.model_dump(mode="json")
        return (json.dumps(values, sort_keys=True, ensure_ascii=False, indent=self.indent) + "\n").encode()

    def sha256(self) -> str:
        """Return the hex digest of the canonical bytes."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def save(self, path: Path) -> Path:
        """Write the document so that a reader sees the old bytes or the new ones, never half."""
        return write_atomically(path, self.canonical())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a document back. Raises DocumentProblem that names the file and each bad field."""
        try:
            values: Any = json.loads(path.read_bytes())
        except OSError as error:
            raise DocumentProblem(str(path), (f"can't be read: {error.strerror}",)) from error
        except ValueError as error:
            raise DocumentProblem(str(path), (f"is not JSON: {error}",)) from error
        return cls.parse(values, str(path))

    @classmethod
    def parse(cls, values: object, where: str) -> Self:
        """Check plain values against the contract. Raises DocumentProblem with one line per bad field."""
        found = values.get("schema_version") if isinstance(values, dict) else None
        known = cls.model_fields["schema_version"].default
        if isinstance(values, dict) and found is not None and found != known:
            message = f"schema_version {found} is not {known}, which this aimigrate reads"
            raise DocumentProblem(where, (message,))
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise DocumentProblem(where, field_problems(error)) from error


def write_atomically(path: Path, content: bytes) -> Path:
    """Replace `path` by `content` in one step. On any OSError nothing half-written is left."""
    with put_in_place(path) as stream:
        stream.write(content)
    return path


@contextmanager
def put_in_place(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `path` in one step at the end, and is gone on any error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
