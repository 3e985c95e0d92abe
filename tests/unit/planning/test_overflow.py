"""Capacity for an arrival trace, and the spill to expect."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from aimigrate.cli import app
from aimigrate.errors import UsageProblem
from aimigrate.planning.arrivals import Arrivals, read_arrivals
from aimigrate.planning.overflow import erlang_b, queue_blocks, size, spill, spilled


def poisson(rate_rps: float, count: int = 20_000) -> Arrivals:
    gaps = np.random.default_rng(7).exponential(1 / rate_rps, count)
    return Arrivals.of_events(np.cumsum(gaps))


def trace(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("slots", "load", "blocked"), [(1, 1.0, 0.5), (2, 1.0, 0.2), (10, 10.0, 0.2146), (0, 3.0, 1.0)]
)
def test_erlang_b_gives_the_published_values(slots: int, load: float, blocked: float) -> None:
    """One slot at load one blocks half; ten at ten block 21.46 %."""
    assert erlang_b(slots, np.array([load]))[0] == pytest.approx(blocked, abs=5e-5)


def test_replay_agrees_with_erlang_b_on_poisson_arrivals() -> None:
    """The replay makes no assumption on arrivals, so on Poisson ones it must find Erlang's share."""
    arrivals = poisson(85.0)

    found = size(arrivals, service_time_s=0.1)

    theory = float(erlang_b(found.edge_slots, np.array([8.5]))[0])
    assert found.spill_share.low <= theory <= found.spill_share.high
    assert found.spill_share.high - found.spill_share.low < 0.03
    assert found.method.startswith("replay of 20000 arrivals")


def test_the_capacity_share_is_the_target_and_the_spill_share_is_not() -> None:
    """A quiet trace with one burst keeps 15 % of its capacity in the cloud and spills next to nothing."""
    quiet = np.arange(0, 3_600, 1.0)
    burst = 1_800 + np.arange(50) / 1_000
    arrivals = Arrivals.of_events(np.concatenate([quiet, burst]))

    found = size(arrivals, service_time_s=0.5, target_share=0.15)

    assert found.capacity_share == pytest.approx(0.15)
    assert found.peak_rps == 51.0
    assert found.edge_capacity_rps + found.cloud_capacity_rps >= found.peak_rps
    assert 0 < found.expected_spill_share < 0.01


def test_a_longer_latency_limit_evens_out_the_peak() -> None:
    """Within the limit a burst may wait, so less capacity is needed."""
    arrivals = poisson(20.0)

    tight, loose = (size(arrivals, service_time_s=0.2, latency_limit_s=limit) for limit in (0.2, 30.0))

    assert loose.peak_rps < tight.peak_rps
    assert loose.edge_slots < tight.edge_slots
    assert loose.window_s == 30.0


def test_a_burst_that_can_wait_does_not_spill() -> None:
    """Ten requests at once on capacity for ten in five seconds: with time to wait all stay, without it most go."""
    bursts = np.repeat(np.arange(0, 600, 30.0), 10)
    arrivals = Arrivals.of_events(bursts)

    patient = size(arrivals, service_time_s=0.5, latency_limit_s=6.0)
    hasty = size(arrivals, service_time_s=0.5, latency_limit_s=0.5)

    assert patient.edge_slots == 1
    assert patient.expected_spill_share == 0.0
    assert patient.spill_share.high == pytest.approx(3 / 200)
    assert hasty.expected_spill_share == pytest.approx((10 - hasty.edge_slots) / 10)
    assert "a wait of up to 5.5 s" in patient.method


@pytest.mark.parametrize(
    ("slots", "places", "load", "blocked"),
    [
        (1, 1, 1.0, 1 / 3),  # M/M/1/2 at load one: each of three states as likely
        (1, 2, 0.5, 0.125 / 1.875),  # M/M/1/3: 0.5^3 over 1 + 0.5 + 0.25 + 0.125
        (2, 0, 1.0, 0.2),  # no places: Erlang B
        (4, 3, 0.0, 0.0),
        (2, 5_000, 3.0, 1 / 3),  # far over capacity a third can't be served, however long the line
    ],
)
def test_waiting_places_give_the_textbook_values(slots: int, places: int, load: float, blocked: float) -> None:
    """Loss of a queue with a bounded line."""
    assert queue_blocks(slots, places, np.array([load]))[0] == pytest.approx(blocked)


def test_rates_are_taken_interval_by_interval() -> None:
    """A busy hour spills more than its share of the day, and the mean is over requests."""
    rates = np.array([1.0] * 23 + [100.0])

    found = size(Arrivals.of_rates(rates, 3_600.0), service_time_s=1.0)

    blocked = erlang_b(found.edge_slots, rates)
    assert found.expected_spill_share == pytest.approx(float(np.average(blocked, weights=rates)))
    assert (found.window_s, found.peak_rps) == (3_600.0, 100.0)
    assert "Erlang B" in found.method


def test_spill_names_the_quietest_and_the_busiest_window() -> None:
    """A gate that looks at one window may see anything between them."""
    found = spill(10, 0.1, [10.0, 100.0, 0.0])

    assert found.high == pytest.approx(0.2146, abs=5e-5)
    assert found.low == pytest.approx(float(erlang_b(10, np.array([1.0]))[0]))
    assert found.low < found.expected < found.high


def test_no_slots_spill_everything_and_no_requests_spill_nothing() -> None:
    """The two ends are exact."""
    assert spill(0, 0.1, [5.0]).expected == 1.0
    assert spill(4, 0.1, [0.0, 0.0]).high == 0.0


@given(
    slots=st.integers(0, 200),
    service_time_s=st.floats(1e-3, 100),
    rates=st.lists(st.floats(0, 1e5), max_size=30),
)
def test_more_slots_never_spill_more(slots: int, service_time_s: float, rates: list[float]) -> None:
    """Whatever the load, the interval is one and a slot more never raises it."""
    few, more = (spill(count, service_time_s, rates) for count in (slots, slots + 1))

    assert 0 <= more.low <= more.expected <= more.high <= 1
    assert more.expected <= few.expected + 1e-12


def test_counts_and_events_of_one_trace_agree_on_the_mean(tmp_path: Path) -> None:
    """Three forms of the same arrivals have the same mean and the same peak."""
    events = "t_s\n" + "".join(f"{second + part / 4}\n" for second in range(100) for part in range(4))
    counts = "timestamp,count\n" + "".join(f"2026-11-01T00:{s // 60:02}:{s % 60:02}Z,4\n" for s in range(100))
    rates = "t_s,rate_rps\n" + "".join(f"{s},4\n" for s in range(100))

    read = [read_arrivals(trace(tmp_path / "a.csv", text)) for text in (events, counts, rates)]

    assert [one.mean_rps for one in read] == pytest.approx([4.0] * 3, rel=0.01)
    assert [one.peak(1.0)[0] for one in read] == pytest.approx([4.0] * 3)


def test_an_interval_without_a_count_had_no_request_and_one_without_a_rate_is_unknown(tmp_path: Path) -> None:
    """A gap lowers the mean of counts and leaves that of rates alone."""
    rows = "0,10\n10,10\n20,10\n90,10\n"

    counts = read_arrivals(trace(tmp_path / "c.csv", f"t_s,count\n{rows}"))
    rates = read_arrivals(trace(tmp_path / "r.csv", f"t_s,rate_rps\n{rows}"))

    assert (counts.mean_rps, rates.mean_rps) == (0.4, 10.0)


def test_moments_far_apart_take_no_memory(tmp_path: Path) -> None:
    """A wrong year in one row makes a strange trace, not a crash."""
    arrivals = read_arrivals(
        trace(tmp_path / "a.csv", "timestamp\n1970-01-01T00:00:00Z\n2026-11-01T00:00:00Z\n2026-11-01T00:00:00.1Z\n")
    )

    assert size(arrivals, service_time_s=0.001).peak_rps == 2.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("when\n1\n", "a.csv:1: has neither a column timestamp nor t_s"),
        ("t_s,timestamp\n1,2\n", "a.csv:1: has both timestamp and t_s"),
        ("t_s,count,rate_rps\n1,2,3\n", "a.csv:1: has both count and rate_rps"),
        ("t_s\n1\nsoon\n", "a.csv:3: t_s: must be a number"),
        ("t_s\n1\n\n", "needs requests at two moments"),
        ("t_s\n", "needs requests at two moments"),
        ("t_s\n5\n5\n5\n", "needs requests at two moments"),
        ("t_s,count\n1,\n2,1\n", "a.csv:2: count: must not be empty"),
        ("t_s,count\n1,-1\n2,1\n", "a.csv:2: count: must be a number from 0 to"),
        ("t_s,count\n1,5\n", "needs two intervals"),
        ("t_s,rate_rps\n1,0\n2,0\n", "rate_rps is 0 in every row"),
        ("timestamp\nyesterday\n", "a.csv:2: timestamp: must be an RFC 3339 time"),
    ],
)
def test_a_bad_trace_is_named(tmp_path: Path, text: str, says: str) -> None:
    """File, line and column are in the error."""
    with pytest.raises(UsageProblem) as raised:
        read_arrivals(trace(tmp_path / "a.csv", text))

    assert says in raised.value.why


@pytest.mark.parametrize(
    "asked",
    [
        {"service_time_s": 0.0},
        {"service_time_s": float("nan")},
        {"service_time_s": 1.0, "latency_limit_s": 0.5},
        {"service_time_s": 1.0, "target_share": 0.0},
        {"service_time_s": 1.0, "target_share": 1.0},
    ],
)
def test_times_and_shares_out_of_range_are_refused(asked: dict[str, float]) -> None:
    """Nothing is sized on a number that can't be."""
    with pytest.raises(UsageProblem, match="no capacity can be sized"):
        size(poisson(1.0, 10), **asked)


def test_the_command_prints_the_promised_fields_alone_on_stdout(tmp_path: Path) -> None:
    """`--json` gives what INTERFACE names, to be read by a program."""
    path = trace(tmp_path / "a.csv", "t_s,rate_rps\n0,10\n600,30\n1200,20\n")

    result = CliRunner().invoke(
        app, ["overflow", "size", "--arrivals", str(path), "--service-time-ms", "250", "--target", "0.2", "--json"]
    )

    fields = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {
        *("edge_capacity_rps", "cloud_capacity_rps", "capacity_share", "expected_spill_share"),
        *("window_s", "peak_rps", "mean_rps", "method"),
    } <= set(fields)
    assert fields["capacity_share"] == pytest.approx(0.2)
    assert fields["mean_rps"] == 20.0


def test_the_command_says_the_same_to_a_person(tmp_path: Path) -> None:
    """Without `--json` the figures come with their units."""
    path = trace(tmp_path / "a.csv", "t_s,rate_rps\n0,10\n600,30\n1200,20\n")

    result = CliRunner().invoke(app, ["overflow", "size", "--arrivals", str(path), "--service-time-ms", "250"])

    assert "15.0% of all" in result.stdout
    assert "spill to expect" in result.stdout


def test_what_spills_from_a_given_edge_is_counted_request_by_request() -> None:
    """Two slots, four requests in the first second: two spill; with patience for one service time, none."""
    arrivals = Arrivals.of_events(np.array([0.0, 0.1, 0.2, 0.3, 10.0]))

    hasty = spilled(arrivals, 2, service_time_s=1.0)
    patient = spilled(arrivals, 2, service_time_s=1.0, wait_s=1.0)

    assert (hasty.requests.sum(), hasty.spilled.sum()) == (5, 2)
    assert (patient.requests.sum(), patient.spilled.sum()) == (5, 0)


def test_sizing_says_what_spills_from_the_edge_that_it_sized() -> None:
    """One rule for both: the share that `size` expects is that of its own slots on the same trace."""
    rates = Arrivals.of_rates(np.array([1.0, 4.0, 9.0, 2.0]), 600.0)

    found = size(rates, service_time_s=1.0)
    counted = spilled(rates, found.edge_slots, service_time_s=1.0)

    assert found.expected_spill_share == pytest.approx(counted.spilled.sum() / counted.requests.sum())
    assert found.expected_spill_share > 0
