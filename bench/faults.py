"""Print the fault table: per fault what exists, what was found, and what a hole in the coverage names.

What exists comes from the seeder's own ledger (tests/faults). Exits 1 when anything is neither found nor named.
`docs/faults.md` holds the output; the same code runs as tests/integration/test_collect_fault_table.py.
"""

import contextlib
import io
import sys

from tests.faults.table import rows


def main() -> int:
    """Print a row for each fault."""
    print(f"{'fault':<62}{'exist':>7}{'found':>7}{'named':>7}  found + named = exist")
    lost = denied = 0
    every = rows()
    while True:
        with contextlib.redirect_stderr(io.StringIO()):
            row = next(every, None)
        if row is None:
            break
        denied += row.fault.endswith(" denied")
        lost += not row.adds_up
        said = "yes" if row.adds_up else f"NO: {row.expected - row.found - row.named} lost"
        print(f"{row.fault:<62}{row.expected:>7}{row.found:>7}{row.named:>7}  {said}", flush=True)
    print(f"\n{denied} actions denied in turn, in one region; the other faults over all regions of the account.")
    print("Nothing is lost in silence." if not lost else f"{lost} faults lose something in silence.")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
