"""The quoting functions: one per language we write, so that no text from outside becomes anything but text."""

import re
from typing import Any, Final

from aimigrate.yamltext import comment, quoted, scalar

_KEY: Final = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{40,}={0,2})(?: .*)?")
_ADDRESS: Final = re.compile(r"[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]+)?")


class Quoted(str):
    """Text that a quoting function made, and that is placed as it is."""

    __slots__ = ()


def yaml_value(value: Any) -> Quoted:  # noqa: ANN401  # any YAML scalar
    """Quote one value for YAML. It is what a template does to every value it places without a filter."""
    return value if isinstance(value, Quoted) else Quoted(scalar(value))


def ansible_value(value: Any) -> Quoted:  # noqa: ANN401  # any YAML scalar
    """Quote one value for an Ansible variables file: a string is tagged, so that it is never taken for a template."""
    return Quoted(f"!unsafe {quoted(value)}") if isinstance(value, str) else yaml_value(value)


def yaml_comment(text: str) -> Quoted:
    """Return text as one YAML comment."""
    return Quoted(comment(text))


def known_host(address: str, key: str) -> str:
    """Return one line of an SSH known_hosts file. Raises ValueError for what is no public key."""
    found = _KEY.fullmatch(key)
    if not found or not _ADDRESS.fullmatch(address):
        raise ValueError("it is not one line of type and key, as `ssh-ed25519 AAAA...`")
    return f"{address} {found[1]} {found[2]}"
