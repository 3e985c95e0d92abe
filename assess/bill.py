"""Read a bill, CUR 2.0 or FOCUS 1.0-1.2: what each resource costs, and what names no resource, to the cent.

The bill may be a file, a folder, a bucket's prefix or an Athena table. One set of expressions asks it
(`_bill_forms`, `_bill_question`), whichever engine answers. `docs/bill.md` says what counts as cost.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from aimigrate.assess._bill_checks import ask
from aimigrate.assess._bill_place import place_of
from aimigrate.assess._bill_rows import bill_of
from aimigrate.contracts.bill import Bill
from aimigrate.errors import MachineProblem

if TYPE_CHECKING:
    import boto3


def read_focus(path: Path | str, *, session: "Callable[[], boto3.Session] | None" = None) -> Bill:
    """Read a bill from a file, a folder, `s3://bucket/prefix` or `athena://workgroup/database/table`.

    The form is told by the columns: CUR 2.0, or FOCUS 1.0 to 1.2; files are CSV, CSV.gz or Parquet. `session` is called
    for a bill that lies in AWS, and then only reads (Athena keeps each answer where its workgroup says); without it the
    credentials of the environment are used. Raises UsageProblem that names a missing column or a bad value,
    AccountProblem that names what AWS refused, MachineProblem when the bill engine is not installed.
    """
    place = place_of(str(path))
    if any(find_spec(name) is None for name in ("duckdb", "ibis")):
        raise MachineProblem(
            what=f"the bill {place.text} can't be read",
            why="reading bills needs Ibis and DuckDB, which are not installed",
            fix="pip install 'aimigrate[bill]'",
        )
    if place.scheme == "athena":
        from aimigrate.assess._bill_athena import Athena

        answer = ask(place, Athena.at(place, (session or _session)()))
    else:
        from aimigrate.assess._bill_duck import Duck
        from aimigrate.assess._bill_files import files_of

        with files_of(place, session or _session) as files:
            answer = ask(place, Duck.over(place, files))
    return bill_of(f"{place.name}: {answer.form}", answer.lines, answer.cost, answer.edges)


def _session() -> "boto3.Session":
    import boto3

    return boto3.Session()
