"""docs/economics.md shows what `bench.decide_economics` works out, row by row."""

from pathlib import Path

import pytest

from aimigrate.assess.economics import CostCase, economics
from aimigrate.documents import load_yaml
from bench.decide_economics import CASES, STATED_USD_PER_YEAR, Row, rows, show

PAGE = (Path(__file__).parents[3] / "docs" / "economics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.what)
def test_the_page_shows_the_row_as_it_comes_out(row: Row) -> None:
    """Stated figure, what comes out, and how; each belongs under a heading that says it does not add up."""
    assert f"| {row.what} | {row.stated} | {row.found} | {row.how} |" in PAGE
    assert not row.adds_up


@pytest.mark.parametrize("name", STATED_USD_PER_YEAR)
def test_the_page_shows_the_case_as_it_comes_out(name: str) -> None:
    """Saving, ROI, implied implementation and payback."""
    found = economics(load_yaml(CASES / f"{name}.yaml", CostCase))

    (line,) = (line for line in PAGE.splitlines() if line.startswith(f"| {name}"))
    shown = f"| {found.saving_usd_per_year:,.0f} | {100 * (found.roi_year_one or 0):.0f} % "
    assert f"{shown}| {found.implementation_usd:,.0f} | {found.payback_months:.1f} |" in line


def test_the_cases_are_checked_and_met(capsys: pytest.CaptureFixture[str]) -> None:
    """One check a case; the table names what does not add up."""
    assert [one.passed for one in show()] == [True] * len(STATED_USD_PER_YEAR)
    assert capsys.readouterr().out.count("(does not add up)") == len(rows())
