"""The registry: strict about what a module exports."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aimigrate.registry import discover


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make an empty package named `found_here` on the import path."""
    folder = tmp_path / "found_here"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("found_here")]:
        del sys.modules[name]


def module(folder: Path, file: str, name: str) -> None:
    (folder / file).write_text(f"class R:\n    name = {name!r}\nrule = R()\n")


def test_modules_are_found_in_order_of_name(package: Path) -> None:
    """The order is that of the exported names, not of the files."""
    module(package, "a.py", "zebra")
    module(package, "b.py", "ant")

    assert list(discover("found_here", "rule")) == ["ant", "zebra"]


def test_a_helper_module_is_passed_over(package: Path) -> None:
    """A leading underscore marks a helper."""
    module(package, "a.py", "ant")
    (package / "_shared.py").write_text("")

    assert list(discover("found_here", "rule")) == ["ant"]


def test_a_module_that_exports_nothing_is_an_error(package: Path) -> None:
    """A forgotten export is found when the package is loaded."""
    (package / "a.py").write_text("")

    with pytest.raises(AttributeError, match="rule"):
        discover("found_here", "rule")


def test_two_modules_of_one_name_are_an_error(package: Path) -> None:
    """A name means one thing."""
    module(package, "a.py", "ant")
    module(package, "b.py", "ant")

    with pytest.raises(ValueError, match="two modules are named 'ant'"):
        discover("found_here", "rule")
