"""The part of CBOR (RFC 8949) that AWS's Smithy RPC v2 uses."""

import struct
from datetime import UTC, datetime
from typing import Any

_BREAK = object()


def head(major: int, length: int) -> bytes:
    """Return the first bytes of an item of this major type and length, count or value."""
    if length < 24:
        return bytes((major << 5 | length,))
    for code, form, limit in ((24, ">B", 1 << 8), (25, ">H", 1 << 16), (26, ">I", 1 << 32), (27, ">Q", 1 << 64)):
        if length < limit:
            return bytes((major << 5 | code,)) + struct.pack(form, length)
    raise ValueError(length)


def dumps(value: Any) -> bytes:  # noqa: ANN401, PLR0911  # any value; one return for each type
    """Return a value as CBOR; bytes are taken to be CBOR already, times are seconds since 1970 with tag 1."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        text = value.encode()
        return head(3, len(text)) + text
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, datetime):
        return b"\xc1" + dumps(value.timestamp())
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(dumps(key) + dumps(one) for key, one in value.items())
    return head(4, len(value)) + b"".join(dumps(one) for one in value)


def loads(data: bytes) -> Any:  # noqa: ANN401  # any value
    """Return the value that CBOR bytes hold; a time is seconds since 1970."""
    return _read(data, 0)[0]


def _read(data: bytes, at: int) -> tuple[Any, int]:  # noqa: C901, PLR0911  # one branch for each type of the format
    major, code = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return _simple(data, at, code)
    length = code
    if 24 <= code <= 27:
        size = 1 << (code - 24)
        length, at = int.from_bytes(data[at : at + size], "big"), at + size
    if major == 0:
        return length, at
    if major == 1:
        return -1 - length, at
    if major in (2, 3):
        piece = data[at : at + length]
        return piece.decode() if major == 3 else piece, at + length
    if major == 6:
        return _read(data, at)
    if major == 4:
        items: list[Any] = []
        while code == 31 or len(items) < length:
            item, at = _read(data, at)
            if item is _BREAK:
                break
            items.append(item)
        return items, at
    pairs: dict[Any, Any] = {}
    while code == 31 or len(pairs) < length:
        key, at = _read(data, at)
        if key is _BREAK:
            break
        pairs[key], at = _read(data, at)
    return pairs, at


def _simple(data: bytes, at: int, code: int) -> tuple[Any, int]:
    if code in (26, 27):
        size = 4 if code == 26 else 8
        return struct.unpack(">f" if size == 4 else ">d", data[at : at + size])[0], at + size
    return {20: False, 21: True, 31: _BREAK}.get(code), at


def time_of(value: Any) -> datetime:  # noqa: ANN401  # a number, or what `loads` gave for one
    """Return a time that a request carried as seconds since 1970."""
    return datetime.fromtimestamp(float(value), UTC)
