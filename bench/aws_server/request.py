"""A request as it came, and a refusal of it."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from bench.aws_server import cbor


class Refused(Exception):
    """The service's own error, with its code and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Request:
    """What was asked, of which service, in which protocol."""

    service: str
    operation: str
    protocol: str
    body: bytes

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The parameters: JSON and CBOR as they are, a query's as flat names."""
        if self.protocol == "cbor":
            return cbor.loads(self.body) if self.body else {}
        if self.protocol in ("json", "rest-json"):
            return json.loads(self.body) if self.body else {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def several(self, *prefixes: str) -> list[str]:
        """Return the values of a query's list: `InstanceId.1`, `InstanceId.2`, or with `member` between."""
        found: list[str] = []
        for prefix in prefixes:
            number = 1
            while f"{prefix}.{number}" in self.asked:
                found.append(self.asked[f"{prefix}.{number}"])
                number += 1
        return found

    def filters(self) -> dict[str, list[str]]:
        """Return EC2's `Filter.N.Name` and `Filter.N.Value.M`."""
        found: dict[str, list[str]] = {}
        number = 1
        while f"Filter.{number}.Name" in self.asked:
            found[self.asked[f"Filter.{number}.Name"]] = self.several(f"Filter.{number}.Value")
            number += 1
        return found
