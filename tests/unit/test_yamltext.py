"""Any value written as YAML reads back as itself, in one line, in plain sight."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.yamltext import block, comment, flow, printable, scalar

TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\"'\n\r\t{}%$!#&*:|>-[],\\\x00\x85\u2028\u202e\ufeff"),
    ),
    max_size=40,
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))


def same(left: Any, right: Any) -> bool:  # noqa: ANN401  # any YAML value
    """Whether two values are one, types included: 1 is not 1.0 and not true."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


@settings(max_examples=500, deadline=None)
@given(value=SCALARS)
def test_a_scalar_reads_back_as_itself_on_one_printable_line(value: Any) -> None:  # noqa: ANN401  # any scalar
    """Numbers stay numbers, text stays text."""
    text = scalar(value)

    assert same(yaml.safe_load(text), value)
    assert text.isprintable()


@settings(max_examples=300, deadline=None)
@given(value=st.dictionaries(TEXT, VALUES, min_size=1, max_size=4))
def test_a_document_reads_back_as_itself_with_any_comment(value: dict[str, Any]) -> None:
    """Comments that hold the document's own hostile keys change nothing."""
    lines = block(value, lambda at, _value: (" ".join(map(str, at)),))

    assert same(yaml.safe_load("\n".join(lines)), value)


@settings(max_examples=300, deadline=None)
@given(text=TEXT)
def test_a_comment_is_one_line_that_holds_no_value(text: str) -> None:
    """Whatever the text."""
    line = comment(text)

    assert line.isprintable()
    assert yaml.safe_load(f"a: 1\n{line}\nb: 2\n") == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "word",
    ["yes", "no", "on", "null", "~", "1e3", "0x10", "1_000", "12:30:45", "2026-11-01", "=", "<<", "-", "", " a", "a "],
)
def test_words_that_yaml_takes_for_something_else_are_quoted(word: str) -> None:
    """Also by a YAML 1.1 reader, which takes yes for true and 12:30:45 for a number."""
    assert yaml.safe_load(scalar(word)) == word
    assert yaml.safe_load(flow((word, word))) == [word, word]


def test_a_direction_mark_is_shown_and_not_obeyed() -> None:
    """What a person sees is what is there."""
    assert printable("a\u202eb\nc") == "a\\u202eb\\nc"


def test_long_text_is_cut_in_a_comment() -> None:
    """200 characters, and a mark that there was more."""
    assert comment("x" * 300) == "# " + "x" * 200 + "..."
