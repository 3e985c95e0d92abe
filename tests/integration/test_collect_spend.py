"""`--max-api-spend` holds exactly, by what AWS was asked for, and what is not asked for then is a named hole."""

from pathlib import Path

import pytest

from aimigrate.commands._assessing import Assessed
from tests.faults.account import REGIONS, cloud_of, seeded
from tests.faults.cloud import Cloud
from tests.faults.running import SHARED, assess, bytes_of

_USD_PER_METRIC = 0.01 / 1000  # GetMetricData; any other request to CloudWatch costs as much (pricing page, 2026-11)
_USD_PER_COST_EXPLORER_REQUEST = 0.01


def _spent_usd(cloud: Cloud) -> float:
    """Return what AWS would charge for all that came over the wire."""
    other = sum(
        count
        for (_, _, service, operation), count in cloud.asked.items()
        if service == "cloudwatch" and operation != "GetMetricData"
    )
    bill = sum(n for (_, _, service, _), n in cloud.asked.items() if service == "ce")
    return (cloud.metrics + other) * _USD_PER_METRIC + bill * _USD_PER_COST_EXPLORER_REQUEST


def _skipped(assessed: Assessed) -> set[tuple[str, str]]:
    return {(e.service, e.operation) for e in assessed.assessment.coverage.entries if e.reason and "spend" in e.reason}


def _run(out: Path, usd: float | None, regions: tuple[str, ...] = REGIONS[:1]) -> tuple[Cloud, Assessed]:
    cloud = cloud_of(seeded(regions=regions))
    return cloud, assess(cloud, out, regions=regions, max_api_spend_usd=usd)


def test_nothing_may_be_spent_and_nothing_is_asked_that_costs(tmp_path: Path) -> None:
    """0: no metric, no list of metrics, no Cost Explorer; each is a hole that says why, and the rest is read."""
    cloud, assessed = _run(tmp_path, 0)

    assert _spent_usd(cloud) == 0
    assert {("cloudwatch", "GetMetricData"), ("ce", "GetCostAndUsage")} <= _skipped(assessed)
    assert assessed.exit_code == 3
    readings = {one.status for one in assessed.assessment.coverage.entries if one.status != "complete"}
    assert readings == {"skipped"}
    assert assessed.assessment.totals.workloads > 10


@pytest.mark.parametrize("usd", [0.0003, 0.0007])
def test_the_limit_holds_and_is_used(tmp_path: Path, usd: float) -> None:
    """Where it bites, it is never passed, by not even one metric; most of what metrics may cost is used."""
    cloud, assessed = _run(tmp_path, usd)

    assert 0.25 * usd < _spent_usd(cloud) <= usd + 1e-12
    assert ("cloudwatch", "GetMetricData") in _skipped(assessed)


def test_the_same_limit_asks_for_the_same_things(tmp_path: Path) -> None:
    """Threads do not decide what is asked for: two runs ask alike and leave the same bytes.

    But for instance types: each is asked for once, by whichever unit comes first, in one request or several.
    """
    (first, _), (second, _) = (_run(tmp_path / name, 0.002, REGIONS) for name in ("one", "two"))
    asked = [{one: n for one, n in cloud.asked.items() if one[2:] != SHARED} for cloud in (first, second)]

    assert asked[0] == asked[1]
    assert first.metrics == second.metrics
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_cost_explorer_is_asked_where_the_limit_pays_for_all_of_it(tmp_path: Path) -> None:
    """Three requests from six cents on; with less none, for a part of a bill is none."""
    (little, _), (enough, assessed) = _run(tmp_path / "little", 0.059), _run(tmp_path / "enough", 0.06)

    def requests(cloud: Cloud) -> int:
        return sum(n for (_, _, service, _), n in cloud.asked.items() if service == "ce")

    assert requests(little) == 0
    assert requests(enough) == 3
    assert _skipped(assessed) == set()
    assert _spent_usd(enough) <= 0.06
