"""A folder of tables becomes an Inventory, or an error that names the cell."""

import csv
import gzip
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aimigrate.assess.observations import read_observations
from aimigrate.contracts.inventory import Inventory
from aimigrate.errors import UsageProblem

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORKLOADS = """\
workload_id,kind,region,instance_type,accelerator,accelerator_count,monthly_cost_usd,model,tags
a,ec2_asg,eu-central-1,g5.xlarge,A10G,1,900.5,resnet50,"{""team"": ""vision"", ""aimigrate:resources"": ""i-1 i-2""}"
b,,,,,,,,
"""


def folder(root: Path, **tables: str) -> Path:
    for name, text in {"workloads": WORKLOADS, **tables}.items():
        (root / f"{name}.csv").write_text(text)
    return root


def read(root: Path) -> Inventory:
    return read_observations(root, account_id="000000000000", now=NOW)


def test_workloads_alone_are_enough(tmp_path: Path) -> None:
    """What a cell does not say is unknown, never zero."""
    found = read(folder(tmp_path))

    a, b = found.workloads
    assert (a.id, a.resources) == ("ec2_asg:eu-central-1:a", ("a", "i-1", "i-2"))
    assert (a.compute.accelerators_per_instance, a.stated_usd_per_month, a.model.name) == (1.0, 900.5, "resnet50")
    assert (b.id, b.stated_usd_per_month, b.compute.instance_type) == ("observed:unknown:b", None, None)
    assert [one.what for one in b.missing] == ["region"]
    assert found.coverage.holes == 0


def test_events_become_counts_in_windows(tmp_path: Path) -> None:
    """A row without `count` is one request; a second without a row had none."""
    requests = "workload_id,timestamp\n" + "".join(f"a,2026-11-01T00:00:{s}Z\n" for s in ("00.1", "00.9", "02.5", "05"))

    found = read(folder(tmp_path, requests=requests))

    (series,) = found.workloads[0].series
    assert (series.metric, series.period_s, series.values) == ("requests_count", 1, (2.0, 0.0, 1.0, 0.0, 0.0, 1.0))
    assert series.start_at == datetime(2026, 11, 1, tzinfo=UTC)


def test_counts_keep_the_interval_of_their_rows(tmp_path: Path) -> None:
    """Rows every ten minutes are windows of ten minutes, and latencies keep their window."""
    rows = "".join(f"a,{600 * i},{i},{10 * i},\n" for i in range(1, 4))

    found = read(folder(tmp_path, requests=f"workload_id,timestamp,count,latency_p50_ms,latency_p99_ms\n{rows}"))

    latency, counts = found.workloads[0].series
    assert (counts.period_s, counts.values) == (600, (1.0, 2.0, 3.0))
    assert (latency.metric, latency.values) == ("latency_p50_ms", (10.0, 20.0, 30.0))


def test_a_window_takes_the_mean_by_requests_and_the_highest_tail(tmp_path: Path) -> None:
    """Within a window the median is weighted by requests and the 99th percentile is never lowered."""
    rows = "a,0,1,10,100\na,0.5,3,30,90\na,7,1,,\n"

    found = read(folder(tmp_path, requests=f"workload_id,timestamp,count,latency_p50_ms,latency_p99_ms\n{rows}"))

    series = {one.metric: one.values for one in found.workloads[0].series}
    assert series["latency_p50_ms"][0] == pytest.approx(25.0)
    assert series["latency_p99_ms"][0] == 100.0
    assert series["latency_p99_ms"][1] is None


def test_long_traces_are_held_in_fewer_windows(tmp_path: Path) -> None:
    """No series has more than 20,000 points, and no request is lost in laying them."""
    requests = "workload_id,timestamp\n" + "".join(f"a,{97 * i}\n" for i in range(15_000))

    found = read(folder(tmp_path, requests=requests))

    (series,) = found.workloads[0].series
    assert len(series.values) <= 20_000
    assert sum(value or 0 for value in series.values) == 15_000


def test_seconds_are_laid_on_the_calendar_before_now(tmp_path: Path) -> None:
    """Second 0 is a midnight, all tables move alike, and nothing lies in the future."""
    runs = "workload_id,started_at,ended_at,status\na,0,3600,ok\na,86400,,\n"
    requests = "workload_id,timestamp\na,172800\n"

    found = read(folder(tmp_path, runs=runs, requests=requests))

    workload = found.workloads[0]
    assert workload.runs[0].started_at == datetime(2026, 11, 18, tzinfo=UTC)
    assert workload.runs[1].ended_at is None
    assert workload.series[0].start_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert found.lookback_days == pytest.approx(2.0)
    assert "midnight" in (found.coverage.entries[0].reason or "")


def test_usage_without_a_row_is_unknown(tmp_path: Path) -> None:
    """A gauge's gap is null, and two rows in a window give its mean and maximum."""
    rows = "".join(f"a,{s},gpu_utilization_percent,{v}\n" for s, v in ((0, 10), (60, 20), (120, 30), (300, 40)))

    found = read(folder(tmp_path, usage=f"workload_id,timestamp,metric,value\n{rows}"))

    (series,) = found.workloads[0].series
    assert (series.period_s, series.values) == (60, (10.0, 20.0, 30.0, None, None, 40.0))


def test_same_tables_same_bytes(tmp_path: Path) -> None:
    """The order of rows changes nothing but the hash of the input."""
    rows = ["a,2026-11-01T00:00:00Z\n", "a,2026-11-01T00:00:05Z\n", "b,2026-11-01T00:00:01Z\n"]
    head = "workload_id,timestamp\n"
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()

    one = read(folder(tmp_path / "x", requests=head + "".join(rows)))
    other = read(folder(tmp_path / "y", requests=head + "".join(reversed(rows))))

    assert one.workloads == other.workloads
    assert one.input_sha256 != other.input_sha256


def test_parquet_and_gzip_are_read_like_csv(tmp_path: Path) -> None:
    """The same table in three forms gives the same workloads."""
    duckdb = pytest.importorskip("duckdb")
    plain = folder(tmp_path, requests="workload_id,timestamp,count\na,2026-11-01T00:00:00Z,5\n")
    packed = tmp_path / "packed"
    packed.mkdir()
    (packed / "workloads.csv.gz").write_bytes(gzip.compress(WORKLOADS.encode()))
    duckdb.sql(
        "COPY (SELECT 'a' AS workload_id, TIMESTAMPTZ '2026-11-01 00:00:00+00' AS timestamp, 5 AS count) "
        f"TO '{packed / 'requests.parquet'}' (FORMAT parquet)"
    )

    assert read(packed).workloads == read(plain).workloads


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ({"workloads": "kind\nx\n"}, "workloads.csv:1: no column workload_id; there are 'kind'"),
        ({"workloads": "workload_id,gpu\nx,1\n"}, "workloads.csv:1: unknown column 'gpu'"),
        ({"workloads": "workload_id\na\na\n"}, "workloads.csv:3: workload_id: 'a' stands there twice"),
        ({"workloads": "workload_id,kind\na,lambda\n"}, "workloads.csv:2: kind: must be one of"),
        ({"workloads": "workload_id,cpu_cores\na,four\n"}, "workloads.csv:2: cpu_cores: must be a number from 0 to"),
        ({"workloads": "workload_id,cpu_cores\na,nan\n"}, "workloads.csv:2: cpu_cores: must be a number from 0 to"),
        ({"workloads": "workload_id,memory_gib\na,1e400\n"}, "workloads.csv:2: memory_gib: must be a number from 0 to"),
        ({"runs": "workload_id,started_at\na,1e12\n"}, "runs.csv:2: started_at: must be a number from 0 to"),
        ({"workloads": "workload_id,tags\na," + "[" * 90_000 + "\n"}, "workloads.csv:2: tags: must be a JSON object"),
        ({"workloads": "workload_id,tags\na,[1]\n"}, "workloads.csv:2: tags: must be a JSON object of text"),
        ({"workloads": "workload_id,kind\na\n"}, "workloads.csv:2: 1 cells under 2 column names"),
        ({"workloads": ""}, "workloads.csv: empty"),
        ({"runs": "workload_id,started_at\nz,0\n"}, "runs.csv:2: workload_id: 'z' is not in workloads"),
        ({"runs": "workload_id,started_at\na,\n"}, "runs.csv:2: started_at: must not be empty"),
        ({"runs": "workload_id,started_at,ended_at\na,9,3\n"}, "runs.csv:2: ended_at: is before started_at"),
        ({"requests": "workload_id,timestamp\na,2026-11-01\n"}, "requests.csv:2: timestamp: must be an RFC 3339 time"),
        ({"requests": "workload_id,timestamp\na,1\na,soon\n"}, "requests.csv:3: timestamp: must be a number"),
        ({"requests": "workload_id,timestamp,count\na,1,-2\n"}, "requests.csv:2: count: must be a number from 0 to"),
        ({"requests": "workload_id,timestamp,count\na,1,\n"}, "requests.csv:2: count: must not be empty"),
        ({"usage": "workload_id,timestamp,metric,value\na,1,gpu,2\n"}, "usage.csv:2: metric: must be one of"),
        ({"request": "workload_id,timestamp\na,1\n"}, "request.csv: no such table; there are workloads, runs"),
    ],
)
def test_a_bad_cell_is_named_by_file_line_and_column(tmp_path: Path, tables: dict[str, str], says: str) -> None:
    """A person can go straight to what is wrong."""
    root = folder(tmp_path, **tables)

    with pytest.raises(UsageProblem) as raised:
        read(root)

    assert says in raised.value.why


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    """A file is mended once; beyond twenty faults the rest is counted."""
    root = folder(tmp_path, runs="workload_id,started_at\n" + "z,0\n" * 30)

    with pytest.raises(UsageProblem) as raised:
        read(root)

    assert len(raised.value.why.splitlines()) == 21
    assert raised.value.why.endswith("and 10 more")


def test_a_folder_without_workloads_says_which_file_it_wants(tmp_path: Path) -> None:
    """Neither an empty folder nor a file is read as an empty account."""
    with pytest.raises(UsageProblem, match="can't be used") as raised:
        read(tmp_path)

    assert "workloads.csv" in raised.value.why
    with pytest.raises(UsageProblem, match="no folder"):
        read(tmp_path / "nowhere")


def test_a_table_given_twice_is_refused(tmp_path: Path) -> None:
    """Which of the two to believe is not guessed."""
    root = folder(tmp_path)
    (root / "workloads.csv.gz").write_bytes(gzip.compress(WORKLOADS.encode()))

    with pytest.raises(UsageProblem, match="are the same table"):
        read(root)


def test_a_broken_parquet_file_is_named(tmp_path: Path) -> None:
    """Garbage under the right name is a usage error, not a traceback."""
    pytest.importorskip("duckdb")
    root = folder(tmp_path)
    (root / "runs.parquet").write_bytes(b"PAR1 not really")

    with pytest.raises(UsageProblem, match=r"runs\.parquet"):
        read(root)


_CELL = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["a", "0", "-1", "1e400", "nan", "inf", "2026-11-01T00:00:00Z", "9999-12-31T23:59:59Z", "", "{}"]),
    st.floats(),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(["workloads", "runs", "requests", "usage"]),
    rows=st.lists(st.lists(_CELL, min_size=4, max_size=4), max_size=4),
)
def test_whatever_the_cells_hold_it_is_an_inventory_or_a_named_fault(
    tmp_path: Path, table: str, rows: list[list[object]]
) -> None:
    """No cell of any table ends in a traceback."""
    heads = {
        "workloads": ["workload_id", "kind", "memory_gib", "tags"],
        "runs": ["workload_id", "started_at", "ended_at", "status"],
        "requests": ["workload_id", "timestamp", "count", "latency_p99_ms"],
        "usage": ["workload_id", "timestamp", "metric", "value"],
    }
    root = Path(tempfile.mkdtemp(dir=tmp_path))
    (root / "workloads.csv").write_text(WORKLOADS)
    with (root / f"{table}.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([heads[table], *rows])

    try:
        found = read(root)
    except UsageProblem as problem:
        assert f"{table}.csv" in problem.why  # noqa: PT017  # either outcome is right, and each is checked
    else:
        assert found.canonical()
