"""What outlives CloudWatch: points are kept once, and come back where CloudWatch has nothing any more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aimigrate.assess import _history_files
from aimigrate.assess.history import append_history, older_series, with_history
from aimigrate.assess.shape import segments_of, series_of
from aimigrate.contracts.inventory import Coverage, Inventory, Metric, Series, Workload
from aimigrate.errors import MachineProblem, UsageProblem

START = datetime(2026, 10, 30, tzinfo=UTC)


@pytest.fixture(params=["parquet", "lines"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test runs with DuckDB and, as on a machine without it, on compressed lines."""
    if request.param == "lines":
        monkeypatch.setattr(_history_files, "find_spec", lambda _: None)
    return str(request.param)


def series(  # noqa: PLR0917  # a row of a table
    values: list[float | None],
    start_at: datetime = START,
    period_s: int = 3600,
    metric: Metric = "requests_count",
    statistic: str = "sum",
    source: str = "AWS/SageMaker Invocations Sum",
) -> Series:
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": statistic,
            "start_at": start_at,
            "period_s": period_s,
            "values": values,
            "source": source,
        }
    )


def inventory(*held: Series, name: str = "w", account_id: str = "123456789012", at: datetime = START) -> Inventory:
    workload = Workload(id=f"observed:r:{name}", kind="observed", region="r", name=name, series=held)
    return Inventory(
        account_id=account_id,
        source="aws",
        collected_at=at,
        lookback_days=14,
        regions=("r",),
        workloads=(workload,),
        coverage=Coverage(),
    )


def test_older_points_come_back_before_those_that_are_still_there(tmp_path: Path, form: str) -> None:
    """What was read in autumn is there in winter, up to where CloudWatch's own begins."""
    append_history(inventory(series([1.0, None, 3.0, 4.0])), tmp_path)
    later = inventory(series([40.0, 5.0], START + timedelta(hours=3)))

    found = with_history(later, tmp_path)

    older, current = found.workloads[0].series
    assert (older.start_at, older.values) == (START, (1.0, None, 3.0))
    assert current.values == (40.0, 5.0)
    assert series_of(found.workloads[0], "requests_count") == current
    assert segments_of(found.workloads[0], "requests_count") == (older, current)


def test_reading_twice_doubles_nothing_and_the_later_value_counts(tmp_path: Path, form: str) -> None:
    """An overlapping window replaces its points: CloudWatch's last minutes are often not final when first read."""
    append_history(inventory(series([1.0, 2.0, 3.0])), tmp_path)
    append_history(inventory(series([2.5, 3.0, 4.0], START + timedelta(hours=1))), tmp_path)
    append_history(inventory(series([2.5, 3.0, 4.0], START + timedelta(hours=1))), tmp_path)

    (older,) = older_series(inventory(), tmp_path)["observed:r:w"]

    assert older.values == (1.0, 2.5, 3.0, 4.0)


def test_a_gap_in_a_later_reading_erases_nothing(tmp_path: Path, form: str) -> None:
    """Null is not recorded, not zero: a point that is known stays."""
    append_history(inventory(series([1.0, 2.0])), tmp_path)
    append_history(inventory(series([None, 5.0])), tmp_path)

    (older,) = older_series(inventory(), tmp_path)["observed:r:w"]

    assert older.values == (1.0, 5.0)


def test_points_lie_in_the_file_of_their_month(tmp_path: Path, form: str) -> None:
    """A reading over the turn of the month writes two files."""
    kept = append_history(inventory(series([1.0] * 72)), tmp_path)

    place = tmp_path / "series" / "123456789012"
    ending = ".parquet" if form == "parquet" else ".jsonl.gz"
    assert sorted(path.name for path in place.glob("2*")) == [f"2026-10{ending}", f"2026-11{ending}"]
    assert kept.points == 72
    (older,) = older_series(inventory(), tmp_path)["observed:r:w"]
    assert len(older.values) == 72


def test_the_finest_of_each_time_comes_back(tmp_path: Path, form: str) -> None:
    """Minutes where minutes were kept, hours before; nothing twice."""
    minutes = series([2.0] * 60, START + timedelta(hours=2), 60)
    hours = series([100.0, 100.0, 120.0])
    append_history(inventory(minutes, hours), tmp_path)

    found = older_series(inventory(), tmp_path)["observed:r:w"]

    assert [(one.period_s, len(one.values)) for one in found] == [(3600, 2), (60, 60)]


def test_metrics_statistics_and_workloads_are_kept_apart(tmp_path: Path, form: str) -> None:
    """A maximum is no mean, and another workload's points are not this one's."""
    mean = series([10.0], metric="gpu_utilization_percent", statistic="average", source="CWAgent x Average")
    highest = series([90.0], metric="gpu_utilization_percent", statistic="maximum", source="CWAgent x Maximum")
    append_history(inventory(mean, highest), tmp_path)
    append_history(inventory(series([7.0]), name='it\'s "other"'), tmp_path)

    mine = older_series(inventory(), tmp_path)
    other = older_series(inventory(name='it\'s "other"'), tmp_path)

    assert [(one.statistic, one.values) for one in mine["observed:r:w"]] == [("average", (10.0,)), ("maximum", (90.0,))]
    assert [one.values for one in other['observed:r:it\'s "other"']] == [(7.0,)]


def test_years_by_the_minute_come_back_on_a_period_that_can_be_judged(tmp_path: Path) -> None:
    """The files keep the minutes; a series longer than 20,000 windows is laid on a longer one, sums added."""
    append_history(inventory(series([1.0] * 40_000, period_s=60)), tmp_path)

    (older,) = older_series(inventory(), tmp_path)["observed:r:w"]

    assert (older.period_s, len(older.values), sum(value or 0 for value in older.values)) == (300, 8_000, 40_000)


def test_months_older_than_what_is_kept_are_dropped(tmp_path: Path, form: str) -> None:
    """And only files of months: nothing else in the folder is touched."""
    append_history(inventory(series([1.0])), tmp_path)
    other = tmp_path / "series" / "123456789012" / "notes.txt"
    other.write_text("mine")
    later = START + timedelta(days=100)

    kept = append_history(inventory(series([2.0], later), at=later), tmp_path, keep=timedelta(days=60))

    assert [path.name[:7] for path in kept.removed] == ["2026-10"]
    assert sorted(path.name[:7] for path in other.parent.glob("*")) == [".lock", "2027-02", "notes.t"]


def test_accounts_have_histories_of_their_own(tmp_path: Path) -> None:
    """One folder serves an organization."""
    append_history(inventory(series([1.0])), tmp_path)

    with pytest.raises(UsageProblem, match="holds no history of account 210987654321"):
        older_series(inventory(account_id="210987654321"), tmp_path)
    assert older_series(inventory(account_id="210987654321"), tmp_path, must_exist=False) == {}


def test_a_month_begun_without_duckdb_goes_on_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines become Parquet, with every point."""
    with monkeypatch.context() as without:
        without.setattr(_history_files, "find_spec", lambda _: None)
        append_history(inventory(series([1.0, 2.0])), tmp_path)
    append_history(inventory(series([3.0], START + timedelta(hours=2))), tmp_path)

    (older,) = older_series(inventory(), tmp_path)["observed:r:w"]

    assert older.values == (1.0, 2.0, 3.0)
    assert [path.name for path in sorted((tmp_path / "series" / "123456789012").glob("2*"))] == ["2026-10.parquet"]


@pytest.mark.parametrize("name", ["2026-10.parquet", "2026-10.jsonl.gz"])
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    """Not taken for an empty one."""
    place = tmp_path / "series" / "123456789012"
    place.mkdir(parents=True)
    (place / name).write_bytes(b"no table")

    with pytest.raises(UsageProblem, match=name):
        older_series(inventory(), tmp_path)
    with pytest.raises(UsageProblem, match=name):
        append_history(inventory(series([1.0])), tmp_path)
    assert (place / name).read_bytes() == b"no table"


def test_a_folder_that_looks_like_a_pattern_is_a_folder(tmp_path: Path) -> None:
    """Brackets, stars, quotes and `a=b` in its name mean nothing to the reader of Parquet."""
    folder = tmp_path / "h[1]*'s" / "workload=x"

    append_history(inventory(series([1.0])), folder)
    append_history(inventory(series([2.0], START + timedelta(hours=1))), folder)

    assert older_series(inventory(), folder)["observed:r:w"][0].values == (1.0, 2.0)


def test_a_disk_that_says_no_is_one_clear_problem(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "series").write_text("in the way")

    with pytest.raises(MachineProblem):
        append_history(inventory(series([1.0])), tmp_path)
