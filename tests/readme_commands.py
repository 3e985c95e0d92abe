"""The commands of a Markdown page with the output that it claims."""

import re
from dataclasses import dataclass

ELISION = "…"
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """A command and the lines it is said to print; an elision stands for any lines."""

    command: str
    lines: tuple[str, ...]

    def holds(self, output: str) -> bool:
        """Tell whether the output is what the page claims, trailing spaces aside."""
        parts = [re.escape(line.rstrip()) if line != ELISION else None for line in self.lines]
        pattern = "".join(r"(?:[^\n]*\n)*" if part is None else part + r"[ \t]*\n" for part in parts)
        return re.fullmatch(pattern, output.rstrip("\n") + "\n" if output.strip() else "") is not None


def claims(page: str) -> list[Claim]:
    """Read every ```console block: `$ ` starts a command, what follows is its output."""
    found: list[Claim] = []
    for block in _BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Claim(command, tuple(output.splitlines())))
    return found
