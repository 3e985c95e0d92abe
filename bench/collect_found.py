"""What each reader found and missed, by type, against the ledger: an ARN or id anywhere in what it wrote is found."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

_ARN = re.compile(rb"arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:[^\"'\\\s,]+")
_ID = re.compile(rb"\b(?:i|vol)-0a[0-9a-f]{15}\b")


def named_in(folder: Path) -> set[str]:
    """Return every ARN and EC2 id in the JSON files of a folder."""
    found: set[bytes] = set()
    for path in sorted(folder.rglob("*.json")):
        text = path.read_bytes()
        found.update(_ARN.findall(text))
        found.update(_ID.findall(text))
    return {name.decode() for name in found}


def row_of(line: dict[str, Any]) -> str:
    """Return the row of the table that a line of the ledger belongs to: finished jobs are a row of their own."""
    return f"{line['type']}, finished" if line["finished"] else str(line["type"])


def expected(ledger: dict[str, Any], accounts: set[str]) -> Counter[str]:
    """Return how many things of each row there are in these accounts."""
    return Counter(row_of(line) for line in ledger["resources"] if line["account"] in accounts)


def found(ledger: dict[str, Any], accounts: set[str], names: set[str]) -> Counter[str]:
    """Return how many of them a reader named."""
    return Counter(row_of(line) for line in ledger["resources"] if line["account"] in accounts and line["id"] in names)
