"""Write single YAML values and comments so that no text from an account can become anything but text."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import yaml

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9 ._/+-]*")
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,63}")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_COMMENT_LIMIT: Final = 200


def _escaped(character: str) -> str:
    """Escape what YAML or a terminal could take for more than a letter: controls, line ends, direction marks."""
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004  # the escape's own width
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  # as above


def printable(text: str, limit: int = _COMMENT_LIMIT) -> str:
    """Return text on one line that shows what it holds: no line ends, no controls, no direction marks."""
    shown = "".join(character if character in '"\\' else _escaped(character) for character in text[:limit])
    return shown + ("..." if len(text) > limit else "")


def comment(text: str) -> str:
    """Return text as one YAML comment."""
    return f"# {printable(text)}"


def scalar(value: str | float | bool | None) -> str:  # noqa: FBT001  # a value, not a switch
    """Return one value as a YAML scalar that reads back as exactly itself, in any YAML 1.1 or 1.2 reader."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if _PLAIN.fullmatch(value) and not value.endswith(" ") and yaml.safe_load(value) == value:
        return value
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _number(value: float) -> str:
    """YAML 1.1 reads an exponent as a number only after a point and with a sign: 1.0e+20."""
    text = repr(value)
    mantissa, mark, exponent = text.partition("e")
    if not mark:
        return text
    sign = exponent if exponent[0] in "+-" else f"+{exponent}"
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{sign}"


def flow(values: tuple[str, ...]) -> str:
    """Return a list of strings on one line."""
    return "[" + ", ".join(scalar(value) if _NAME.fullmatch(value) else quoted(value) for value in values) + "]"


def quoted(value: str) -> str:
    """Return a string always in double quotes: inside a flow list a plain one could end early."""
    text = scalar(value)
    return text if text.startswith('"') else f'"{text}"'


Path = tuple[str | int, ...]
Notes = Callable[[Path, Any], tuple[str, ...]]


def block(value: Any, notes: Notes, *, indent: int = 0, at: Path = ()) -> list[str]:  # noqa: ANN401  # any JSON value
    """Return a mapping or list as block YAML lines; `notes` gives the comment lines above each part."""
    lines: list[str] = []
    pad = " " * indent
    items: Iterable[tuple[str | int, Any]] = enumerate(value) if isinstance(value, list) else value.items()
    for key, part in items:
        here = (*at, key)
        lines += [f"{pad}{comment(note)}" for note in notes(here, part)]
        if isinstance(key, int):
            lines += _item(part, notes, indent, here)
        elif isinstance(part, dict | list) and part and not _short(part):
            lines.append(f"{pad}{scalar(key)}:")
            lines += block(part, notes, indent=indent + 2, at=here)
        else:
            lines.append(f"{pad}{scalar(key)}: {_inline(part)}")
    return lines


def _item(part: Any, notes: Notes, indent: int, here: Path) -> list[str]:  # noqa: ANN401  # any JSON value
    pad = " " * indent
    if not isinstance(part, dict | list) or not part or _short(part):
        return [f"{pad}- {_inline(part)}"]
    inner = block(part, notes, indent=indent + 2, at=here)
    first = next(i for i, line in enumerate(inner) if not line.lstrip().startswith("#"))
    return [*inner[:first], f"{pad}- {inner[first].lstrip()}", *inner[first + 1 :]]


def _short(part: Any) -> bool:  # noqa: ANN401  # any JSON value
    """Whether a list of safe names reads best on one line."""
    return isinstance(part, list) and all(isinstance(item, str) and _NAME.fullmatch(item) for item in part)


def _inline(part: Any) -> str:  # noqa: ANN401  # any JSON value
    if isinstance(part, list):
        return flow(tuple(part))
    return "{}" if isinstance(part, dict) else scalar(part)
