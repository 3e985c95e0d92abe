"""Cost cases come out to the dollar, and what can't be known is null with a reason."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aimigrate.assess.economics import CostCase, economics
from aimigrate.cli import app
from aimigrate.documents import load_yaml

CASES = Path(__file__).parents[3] / "docs" / "cases"


@pytest.mark.parametrize(
    ("name", "saving", "roi", "implementation"),
    [
        ("fraud-detection", 187_200, 3.40, 42_545),
        ("patient-demand", 129_600, 2.85, 33_662),
        ("equipment-maintenance", 214_800, 3.90, 43_837),
    ],
)
def test_a_shipped_case_comes_out_to_the_dollar(name: str, saving: int, roi: float, implementation: int) -> None:
    """Saving of the year and the implementation that its ROI implies."""
    found = economics(load_yaml(CASES / f"{name}.yaml", CostCase))

    assert found.saving_usd_per_year == saving
    assert found.roi_year_one == roi
    assert found.implementation_usd is not None
    assert round(found.implementation_usd) == implementation
    assert (found.saving_usd_per_year - found.implementation_usd) / found.implementation_usd == pytest.approx(roi)
    assert found.derived == ("implementation_usd",)
    assert found.npv_usd is None
    assert found.reasons["npv_usd"]


def test_roi_is_derived_from_the_implementation() -> None:
    """A year that saves twice its cost returns 100 %, and pays back in six months."""
    found = economics(
        CostCase(name="x", before_usd_per_month=3000, after_usd_per_month=1000, implementation_usd=12_000)
    )

    assert found.roi_year_one == 1.0
    assert found.payback_months == 6.0
    assert found.derived == ("roi_year_one",)


def test_present_value_discounts_each_month() -> None:
    """At 0 % it is the plain sum over 36 months; at 8 % it is less."""
    flat = CostCase(
        name="x", before_usd_per_month=2000, after_usd_per_month=1000, implementation_usd=6000, discount_rate=0
    )

    plain = economics(flat).npv_usd
    discounted = economics(flat.model_copy(update={"discount_rate": 0.08})).npv_usd

    assert plain == pytest.approx(36 * 1000 - 6000)
    assert discounted == pytest.approx(26_037, abs=150)


def test_a_case_without_cost_or_roi_says_so() -> None:
    """Nothing is made up for what nobody stated."""
    found = economics(CostCase(name="x", before_usd_per_month=3000, after_usd_per_month=1000))

    assert (found.implementation_usd, found.roi_year_one, found.payback_months, found.npv_usd) == (None,) * 4
    assert set(found.reasons) == {"implementation_usd", "roi_year_one", "payback_months", "npv_usd"}


def test_a_case_that_saves_nothing_never_pays_back() -> None:
    """A dearer edge has a negative return and no payback."""
    found = economics(CostCase(name="x", before_usd_per_month=1000, after_usd_per_month=1500, implementation_usd=6000))

    assert found.saving_usd_per_year == -6000
    assert found.roi_year_one == -2.0
    assert found.payback_months is None


def test_a_stated_roi_that_does_not_follow_is_named() -> None:
    """Both given and at odds: the implementation cost wins, and the difference is said."""
    found = economics(
        CostCase(
            name="x", before_usd_per_month=3000, after_usd_per_month=1000, implementation_usd=12_000, roi_year_one=3.4
        )
    )

    assert found.roi_year_one == 1.0
    assert "340%" in found.notes[0]


def test_the_command_prints_json_alone() -> None:
    """The fields of INTERFACE.md are on stdout and nothing else."""
    result = CliRunner().invoke(app, ["economics", str(CASES / "fraud-detection.yaml"), "--json"])

    found = json.loads(result.stdout)

    assert result.exit_code == 0
    assert {"saving_usd_per_year", "roi_year_one", "payback_months", "implementation_usd", "npv_usd"} <= set(found)


def test_a_bad_case_names_its_line(tmp_path: Path) -> None:
    """A typing error in a case is found by file, line and field."""
    path = tmp_path / "case.yaml"
    path.write_text("name: x\nbefore_usd_per_month: lots\nafter_usd_per_month: 1\n")

    error = CliRunner().invoke(app, ["economics", str(path)]).exception

    assert error is not None
    assert f"{path}:2: before_usd_per_month" in getattr(error, "why", "")
