"""Cost cases come out to the dollar, and what can't be known is null with a reason."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from typer.testing import CliRunner

from aimigrate.assess.economics import CostCase, economics
from aimigrate.cli import app
from aimigrate.contracts.economics import CashFlow
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


EDGE: dict[str, object] = {"modules": 24, "module_usd": 2000, "power_w_per_module": 45, "sites": 4}
DETAILED: dict[str, object] = {
    "name": "x",
    "before_usd_per_month": 18_000,
    "discount_rate": 0.08,
    "edge": EDGE,
}


def detailed(**change: object) -> CostCase:
    """Return a case whose edge is given in detail."""
    return CostCase.model_validate({**DETAILED, **change})


def flow_of(case: CostCase) -> CashFlow:
    """Return the cash flow, which a detailed case always has."""
    found = economics(case, draws=100).cash_flow
    assert found is not None
    return found


def test_the_lines_of_a_detailed_case_make_its_figures() -> None:
    """What is spent at once, and what a month saves, are the sums of the lines, to the cent a line."""
    found = economics(detailed(), draws=10)
    flow = flow_of(detailed())

    assert flow.once_usd == pytest.approx(sum(one.once_usd for one in flow.lines), abs=0.1)
    assert flow.saving_usd_per_year == pytest.approx(-12 * sum(one.usd_per_month for one in flow.lines), abs=1)
    assert found.implementation_usd == flow.once_usd
    assert "electricity" in found.assumed


def test_what_a_case_states_takes_the_place_of_the_assumption() -> None:
    """A stated price is used, no longer varies and is no longer named as assumed; a stated range does vary."""
    edge = {**EDGE, "electricity_usd_per_kwh": 0.40, "staff_usd_per_month": {"low": 0, "typical": 900, "high": 5000}}
    found = economics(detailed(edge=edge), draws=100)

    assert found.cash_flow is not None
    lines = {one.name: one.usd_per_month for one in found.cash_flow.lines}
    assert lines["power"] == pytest.approx(24 * 45 / 1000 * 730 * 0.40, abs=0.01)
    assert lines["staff"] == 900
    assert {"electricity", "staff"}.isdisjoint(found.assumed)
    varies = {one.name for one in found.cash_flow.drivers}
    assert "electricity" not in varies
    assert "staff" in varies


def test_a_fleet_beyond_the_standard_tier_pays_for_every_host() -> None:
    """1,000 hosts of an account and region register free; with 1,001 all of them are charged."""

    def fee(*nodes: int) -> float:
        edge = {**EDGE, "ssm_nodes": nodes}
        lines = flow_of(detailed(edge=edge)).lines
        return sum(one.usd_per_month for one in lines if one.name.startswith("Systems Manager"))

    assert fee(1000, 1000) == 0
    assert fee(1001, 1000) == pytest.approx(1001 * 0.00695 * 730, abs=0.01)


def test_a_private_authority_is_charged_where_the_fleet_needs_one() -> None:
    """400 USD a month, and a certificate a host and year."""
    edge = {**EDGE, "private_cas": 1}
    (fee,) = (one.usd_per_month for one in flow_of(detailed(edge=edge)).lines if "authority" in one.name)

    assert fee == pytest.approx(400 + 24 * 0.75 / 12, abs=0.01)


def test_a_stranded_commitment_delays_and_does_not_last() -> None:
    """It lowers year one and the present value; the saving once it has ended is the same."""
    free = economics(detailed(), draws=10)
    bound = economics(detailed(stranded=[{"usd_per_month": 2000, "months": 9}]), draws=10)

    assert bound.saving_usd_per_year == free.saving_usd_per_year
    assert (bound.npv_usd or 0) < (free.npv_usd or 0)
    assert (bound.payback_months or 0) > (free.payback_months or 0)
    assert bound.cash_flow is not None
    assert free.cash_flow is not None
    assert bound.cash_flow.monthly_usd[10:] == free.cash_flow.monthly_usd[10:]


def test_a_discount_off_the_list_is_taken_off_the_baseline() -> None:
    """18,000 at list less 30 % is 12,600 as paid."""
    listed = economics(detailed(before_discount_share=0.30), draws=10)
    paid = economics(detailed(before_usd_per_month=12_600), draws=10)

    assert listed.saving_usd_per_year == pytest.approx(paid.saving_usd_per_year, abs=0.02)


@settings(max_examples=25, deadline=None)
@given(usd=st.integers(0, 100_000), more=st.integers(0, 100_000))
def test_a_dearer_cloud_never_lowers_what_a_case_saves(usd: int, more: int) -> None:
    """Saving, return, present value and its range."""
    cheap, dear = (flow_of(detailed(before_usd_per_month=cloud)) for cloud in (usd, usd + more))

    assert dear.saving_usd_per_year >= cheap.saving_usd_per_year
    assert (dear.npv_5y_usd or 0) >= (cheap.npv_5y_usd or 0)
    assert (dear.npv_5y_range_usd.p5 or 0) >= (cheap.npv_5y_range_usd.p5 or 0)
    assert (dear.roi_year_one or 0) >= (cheap.roi_year_one or 0)


def test_scenarios_stand_beside_the_case() -> None:
    """Each is the case with its change and nothing else."""
    change = {"edge": {"electricity_usd_per_kwh": 0.40}}
    found = economics(detailed(scenarios=[{"name": "dear power", "change": change}]), draws=50)
    alone = economics(detailed(edge={**EDGE, "electricity_usd_per_kwh": 0.40}), draws=50)

    (one,) = found.scenarios
    assert one.npv_usd == alone.npv_usd
    assert one.npv_usd != found.npv_usd
    assert alone.cash_flow is not None
    assert one.npv_5y_range_usd == alone.cash_flow.npv_5y_range_usd


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"scenarios": [{"name": str(place), "change": {}} for place in range(6)]}, "at most 5"),
        ({"scenarios": [{"name": "x", "change": {}}] * 2}, "same name"),
        ({"scenarios": [{"name": "x", "change": {"edge": {"modulus": 3}}}]}, "edge.modulus"),
        ({"after_usd_per_month": 3000}, "either"),
        ({"implementation_usd": 3000}, "leave them out"),
        ({"before_usd_per_month": {"low": 3, "typical": 2, "high": 4}}, "order"),
    ],
)
def test_a_case_that_does_not_fit_together_is_refused(change: dict[str, object], says: str) -> None:
    """And says what is wrong with it."""
    with pytest.raises(ValidationError, match=says):
        detailed(**change)


def test_the_budget_is_set_beside_the_ceiling() -> None:
    """216,000 USD of a budget of 2.4 million is 9 %; without a budget there is no share."""
    found = economics(detailed(ai_budget_usd_per_year=2_400_000), draws=10).infrastructure_share

    assert found is not None
    assert found.before == pytest.approx(0.09)
    assert found.after < 0.03
    assert "below the ceiling of 8% to 12%" in found.says
    assert economics(detailed(), draws=10).infrastructure_share is None


def test_the_command_shows_every_part_of_a_detailed_case() -> None:
    """Lines, ranges, what moves it, and each scenario by name."""
    path = CASES / "plant-vision.yaml"

    shown = CliRunner().invoke(app, ["economics", str(path)]).stdout

    for words in ("ROI of year one", "device loss", "seed 20261125", "rank correlation", "a slow migration", "assumed"):
        assert words in shown


def test_a_shipped_case_in_detail_gives_the_same_bytes_twice() -> None:
    """Ranges included."""
    one, same = (economics(load_yaml(CASES / "plant-vision.yaml", CostCase)).model_dump_json() for _ in range(2))

    assert one == same
