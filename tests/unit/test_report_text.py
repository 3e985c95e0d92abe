"""How the report writes values."""

import pytest

from aimigrate.rendering.report_text import months, number_text, percent_text, plain, usd, usd_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "$0"),
        (0.001, "<$0.01"),
        (4.5, "$4.50"),
        (1234.5, "$1,234"),
        (-87.2, "\u2212$87"),
        (1_204_330.9, "$1,204,331"),
    ],
)
def test_money_is_never_a_false_zero(value: float, text: str) -> None:
    """Only nothing is $0; cents show below ten dollars; a minus is a minus."""
    assert usd_text(value) == text


def test_an_unknown_amount_is_the_word_with_its_reason() -> None:
    """Unknown is a word, marked as such, and says why."""
    shown = usd(None, "no bill line names it")

    assert (shown.text, shown.known, shown.note) == ("unknown", False, "no bill line names it")


def test_a_share_that_is_not_all_never_rounds_to_all() -> None:
    """A few per mille are not nothing, and 99.7 % is not everything."""
    assert [percent_text(ratio) for ratio in (0.0, 0.003, 0.146, 0.997, 1.0)] == [
        "0 %",
        "<1 %",
        "15 %",
        ">99 %",
        "100 %",
    ]


def test_payback_reads_as_months_then_years() -> None:
    """Up to three years in months, above in years; unknown stays unknown."""
    assert [months(value).text for value in (1.0, 11.28, 54.0, None)] == [
        "1 month",
        "11.3 months",
        "4.5 years",
        "unknown",
    ]


def test_numbers_carry_the_digits_they_deserve() -> None:
    """Three significant below ten, whole above a hundred."""
    assert [number_text(value) for value in (0.0123, 4.5678, 41.27, 31_536_000.0)] == [
        "0.0123",
        "4.57",
        "41.3",
        "31,536,000",
    ]


@pytest.mark.parametrize("hidden", ["\u202e", "\u2028", "\x00", "\u200b", "\ud800", "\n"])
def test_no_character_of_a_name_can_hide(hidden: str) -> None:
    """Controls, bidi marks, line separators and lone surrogates are written out."""
    text = plain(f"a{hidden}b")

    assert hidden not in text
    assert f"\\u{ord(hidden):04x}" in text
