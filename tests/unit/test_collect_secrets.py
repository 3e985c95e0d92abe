"""No secret that AWS answers with is kept, whatever it lies in; everything else comes back as it came."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.assess._answers import NOT_KEPT, Answer, Recorded, freeze, line_of, recording, thaw
from aimigrate.assess._refusals import Refusal

SECRET = "hunter2-planted"
_OURS = ["$at", "$ats", "$bytes", "$every", "$$at", "$", "tags", "Tags"]
_DROPPED = NOT_KEPT | {"Input", "definition"}

_keys = (st.text(max_size=8) | st.sampled_from(_OURS)).filter(lambda key: key not in _DROPPED)
_seconds = st.integers(0, 4_000_000_000).map(lambda at_s: datetime.fromtimestamp(at_s, UTC))
_numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
_leaves = st.none() | st.booleans() | _numbers | st.text(max_size=20) | st.binary(max_size=20) | _seconds
_TAGS = ("tags", "Tags")


def _of_one_kind(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """AWS's lists are of one kind, and its dictionaries of tags hold texts."""
    lists = [st.lists(kind, max_size=4) for kind in (_numbers, st.text(max_size=8), _seconds, st.binary(max_size=8))]
    dicts = st.dictionaries(_keys.filter(lambda key: key not in _TAGS), values, max_size=4)
    tags = st.dictionaries(st.text(max_size=8) | st.sampled_from(sorted(_DROPPED)), st.text(max_size=8), max_size=4)
    tagged = st.builds(lambda name, words: {name: words}, st.sampled_from(_TAGS), tags)
    return dicts | tagged | st.lists(dicts, max_size=3) | st.one_of(lists)


_answers = st.recursive(_leaves, _of_one_kind, max_leaves=20)


def _plain(value: Any) -> Any:  # noqa: ANN401  # any answer
    """Return a value with every sequence as a list: times come back as a sequence of their own."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, str | bytes) or not hasattr(value, "__getitem__"):
        return value
    return [_plain(item) for item in value]


def _kept(answer: Any) -> bytes:  # noqa: ANN401  # any answer
    refusal = Refusal("denied", "things:ListThings was answered with AccessDenied", "allow it")
    one = Answer("things", "ListThings", "[]", freeze(answer), 1, refusal)
    return recording([line_of(one)])


@settings(max_examples=300, deadline=None)
@given(_answers)
def test_what_is_kept_comes_back_as_it_came(answer: Any) -> None:  # noqa: ANN401  # any answer
    """Times, bytes, keys that look like our own marks, and tags named like members that are dropped elsewhere."""
    assert _plain(thaw(json.loads(json.dumps(freeze(answer))))) == _plain(answer)


@settings(max_examples=100, deadline=None)
@given(_answers)
def test_a_recording_is_read_back_as_it_was_written(answer: Any) -> None:  # noqa: ANN401  # any answer
    """And the same answer gives the same bytes."""
    (read,) = Recorded(_kept(answer)).answers()

    assert _plain(read.value) == _plain(answer)
    assert read.refusal is not None
    assert read.refusal.status == "denied"
    assert _kept(answer) == _kept(answer)


_holding = st.recursive(
    st.just(SECRET),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(_keys, inner, min_size=1, max_size=3),
    max_leaves=6,
)


@st.composite
def _planted(draw: st.DrawFn) -> Any:  # noqa: ANN401  # any answer
    """Give an answer with the secret below one of the members that are not kept, at any depth."""
    found: Any = {draw(st.sampled_from(sorted(NOT_KEPT))): draw(_holding)}
    for _ in range(draw(st.integers(0, 6))):
        beside = draw(st.dictionaries(_keys.filter(lambda key: key not in _TAGS), _leaves, max_size=2))
        name = draw(_keys.filter(lambda key: key not in _TAGS))
        found = draw(st.sampled_from([[found], [{}, found], {**beside, name: found}]))
    return found


@settings(max_examples=500, deadline=None)
@given(_planted())
def test_no_secret_below_a_member_that_is_not_kept_reaches_a_file(answer: Any) -> None:  # noqa: ANN401  # any answer
    """Whatever the member, whatever the shape below it, however deep it lies."""
    assert SECRET in repr(answer)
    assert SECRET.encode() not in gzip.decompress(_kept(answer))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["Input", "definition"]), st.text(max_size=10), _holding)
def test_of_what_an_owner_wrote_only_what_it_starts_is_kept(name: str, key: str, held: Any) -> None:  # noqa: ANN401  # any JSON
    """Inputs and definitions are reduced to the calls they make, and texts that can't be read to nothing."""
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"Payload": {key: held}}}
    for text in (json.dumps({key: held}), json.dumps({"States": {"a": state}}), f"{SECRET} is no JSON"):
        assert SECRET.encode() not in gzip.decompress(_kept({name: text}))


def test_the_test_would_find_one_that_is_kept() -> None:
    """The same secret in any other member is kept, and found."""
    assert SECRET.encode() in gzip.decompress(_kept({"Description": SECRET}))
