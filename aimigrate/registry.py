"""Find the objects that a package's modules export, so that adding one touches one file."""

import pkgutil
from importlib import import_module
from typing import Any


def discover(package: str, attribute: str) -> dict[str, Any]:
    """Map name to the object each public module of a package exports as `attribute`, sorted by name.

    A module whose name starts with an underscore is a helper and is passed over. Raises
    AttributeError when a public module exports nothing, ValueError when two share a name.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        if module.name.startswith("_"):
            continue
        item = getattr(import_module(f"{package}.{module.name}"), attribute)
        if item.name in found:
            raise ValueError(f"{package}: two modules are named {item.name!r}")
        found[item.name] = item
    return dict(sorted(found.items()))
