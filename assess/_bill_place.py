"""Where a bill lies, as `--focus` names it, and how a bill that can't be used is refused."""

import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from aimigrate.errors import UsageProblem

_S3 = re.compile(r"s3:/+([^/]+)(?:/+(.*))?")
_ATHENA = re.compile(r"athena:/+([^/]+)/+([^/]+)/+([^/]+)")
FIX = "export it as CUR 2.0 or as FOCUS 1.0, 1.1 or 1.2 (AWS: Billing, Data Exports), with resource ids"


@dataclass(frozen=True)
class Place:
    """A bill's place: a local path, `s3://bucket/prefix`, or `athena://workgroup/database/table`."""

    text: str
    scheme: Literal["file", "s3", "athena"]
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The short name that the bill's source carries."""
        return self.parts[-1].rstrip("/").rsplit("/", 1)[-1] if self.scheme == "file" else self.text

    @property
    def one_file(self) -> bool:
        """Say whether a row of it has a number that a person can go to."""
        return self.scheme == "file" and self.text.endswith((".csv", ".csv.gz", ".parquet"))

    def refuse(self, why: str, fix: str = FIX) -> NoReturn:
        """Raise UsageProblem with the bill's place, what is wrong with it, and what to do."""
        raise UsageProblem(what=f"the bill {self.text} can't be used", why=f"{self.text}: {why}", fix=fix)


def place_of(text: str) -> Place:
    """Tell the kind of place. A path object writes `s3://` with one slash: both are read."""
    if found := _S3.fullmatch(text):
        bucket, prefix = found.group(1), found.group(2) or ""
        return Place(f"s3://{bucket}/{prefix}", "s3", (bucket, prefix))
    if found := _ATHENA.fullmatch(text):
        return Place(f"athena://{'/'.join(found.groups())}", "athena", found.groups())
    place = Place(text, "file", (text,))
    if text.startswith("athena:"):
        place.refuse("it does not name workgroup, database and table", "write athena://WORKGROUP/DATABASE/TABLE")
    return place


def first_line(error: Exception) -> str:
    """Return what an engine said, short enough for one line."""
    return str(error).partition("\n")[0][:200]
