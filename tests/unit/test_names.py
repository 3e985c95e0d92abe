"""Safe names."""

import re

from hypothesis import given
from hypothesis import strategies as st

from aimigrate.contracts.names import slug


@given(st.text())
def test_any_text_becomes_a_safe_name(text: str) -> None:
    """Letters, digits and hyphens, 1 to 40, whatever an account holds."""
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", slug(text))


@given(st.text(), st.text())
def test_two_names_never_become_one(one: str, other: str) -> None:
    """Two workloads keep two names."""
    assert (slug(one) == slug(other)) == (one == other)


def test_a_safe_name_stays_as_it_is() -> None:
    """A person finds the name they gave."""
    assert slug("defect-detector-7") == "defect-detector-7"
