"""The reader of the README's claims."""

import pytest

from tests.readme_commands import Claim, claims


def test_commands_and_their_output_are_read_from_console_blocks() -> None:
    """Other blocks are no claims."""
    page = "a\n```console\n$ one\nx\n\ny\n$ two\n```\n```sh\n$ three\n```\n"

    assert claims(page) == [Claim("one", ("x", "", "y")), Claim("two", ())]


@pytest.mark.parametrize(
    ("lines", "output", "holds"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a", "b"), "a\nc\n", False),
        (("a",), "a\nb\n", False),
        (("a", "…"), "a\nb\nc\n", True),
        (("a", "…", "c"), "a\nc\n", True),
        (("…", "d"), "a\nc\n", False),
        ((), "", True),
        ((), "a\n", False),
        (("a.c",), "abc\n", False),
    ],
)
def test_a_claim_holds_only_for_what_was_printed(lines: tuple[str, ...], output: str, holds: bool) -> None:  # noqa: FBT001  # an expectation
    """An elision stands for any lines, a dot for itself."""
    assert Claim("x", lines).holds(output) is holds
