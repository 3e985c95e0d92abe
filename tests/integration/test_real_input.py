"""Real arrivals, real cluster traces and a real bill, from observations to a deploy."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from aimigrate.assess.bill import read_focus
from aimigrate.assess.calibration import FILE, factors
from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.demand import demand_of
from aimigrate.assess.observations import read_observations
from aimigrate.cli import app
from aimigrate.contracts.assessment import Classification
from aimigrate.contracts.inventory import Inventory, Run, Workload
from aimigrate.planning.arrivals import read_arrivals
from aimigrate.planning.overflow import size
from bench.fit_classes import document, fit, samples
from tests.real_input import ACCOUNT, RealInput, build

pytestmark = pytest.mark.data
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def real(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> RealInput:
    """Give the real data as observations, a bill and sites."""
    return build(data_folder, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def inventory(real: RealInput) -> Inventory:
    """Give what the observations hold."""
    return read_observations(real.observations, account_id=ACCOUNT, now=NOW)


@pytest.fixture(scope="module")
def labels(inventory: Inventory, real: RealInput) -> dict[str, Classification]:
    """Classify the groups of the cluster traces."""
    rules = all_rules()
    return {one.name: classify(one, rules) for one in inventory.workloads if one.name in real.truth}


def named(inventory: Inventory, name: str) -> Workload:
    return next(one for one in inventory.workloads if one.name == name)


def ask(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in {0, 3}, result.output
    return result.stdout


def test_no_row_is_lost_on_the_way(inventory: Inventory, real: RealInput) -> None:
    """Every run and every request of the tables is in the inventory."""
    with (real.observations / "runs.csv").open(newline="") as stream:
        runs = sum(1 for _ in csv.DictReader(stream))
    with (real.observations / "requests.csv").open(newline="") as stream:
        requests = sum(float(row["count"]) for row in csv.DictReader(stream))

    series = [one for workload in inventory.workloads for one in workload.series if one.metric == "requests_count"]

    assert sum(len(workload.runs) for workload in inventory.workloads) == runs
    assert sum(value for one in series for value in one.values if value) == pytest.approx(requests)
    assert max(len(one.values) for one in series) <= 20_000


def test_demand_is_that_of_the_traces(inventory: Inventory) -> None:
    """An hour of chat keeps its seconds, a week of rates its day, half a month of images its latency."""
    chat = demand_of(named(inventory, "azure-conversation"))
    week = demand_of(named(inventory, "i-06fal80lf5517049b"))
    images = demand_of(named(inventory, "i-0211a402bb0026l8a"))

    assert (chat.window_s, chat.mean_rps) == (1, pytest.approx(5.9, abs=0.1))
    assert (week.window_s, week.mean_rps) == (600, pytest.approx(17.5, abs=0.1))
    assert week.day_autocorrelation is not None
    assert week.day_autocorrelation > 0.8
    assert len(week.hourly_rps) == 24
    assert images.service_time_ms is not None
    assert 1_000 < images.service_time_ms < 60_000
    assert chat.latency_p99_ms is None
    assert "latency_p99_ms" in {one.what for one in chat.missing}


def test_callers_are_recognised_in_arrivals_alone(inventory: Inventory) -> None:
    """Chat by people is realtime by how it comes, and a week of them by its day."""
    found = {
        name: classify(named(inventory, name), all_rules()) for name in ("azure-conversation", "i-06fal80lf5517049b")
    }

    assert {one.label for one in found.values()} == {"realtime"}
    assert "independent-callers" in {one.signal for one in found["azure-conversation"].evidence}
    assert "day-night" in {one.signal for one in found["i-06fal80lf5517049b"].evidence}


def test_labels_that_are_given_are_right(labels: dict[str, Classification], real: RealInput) -> None:
    """Of the groups that get a label at least 95 % get the right one, without class, name or source.

    Most get none: the traces hold starts and ends only. The factors were fitted on the same groups, so this guards
    against loss; `make bench-decisions` measures on groups that were not fitted on.
    """
    answered = {name: found.label for name, found in labels.items() if found.label != "unknown"}

    right = sum(real.truth[name] == label for name, label in answered.items())

    assert len(answered) >= 0.2 * len(labels)
    assert right / len(answered) >= 0.95


def test_the_shipped_factors_are_those_of_the_traces(data_folder: Path) -> None:
    """What `make fit-classes` would write now is what is shipped; no sign has turned round."""
    chosen = samples(data_folder)
    fitted = fit(chosen)
    would, shipped = yaml.safe_load(document(chosen, fitted)), yaml.safe_load(FILE.read_text("utf-8"))

    assert would.pop("rules").keys() == shipped.pop("rules").keys()
    assert would == shipped
    assert factors() == pytest.approx(fitted, abs=0.01)
    assert min(fitted.values()) >= 0


def test_how_long_a_run_takes_decides_nothing(data_folder: Path) -> None:
    """Each of 12,000 trainings, known by its run time alone, is unknown."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    with (data_folder / "gpu_workload_labels" / "philly_runtimes_dev.csv").open(newline="") as stream:
        seconds = [float(row["runtime"]) for row in csv.DictReader(stream)]
    rules = all_rules()

    found = {
        classify(
            Workload(
                id="observed:us-east-1:x",
                kind="observed",
                region="us-east-1",
                name="x",
                runs=(Run(started_at=start, ended_at=datetime.fromtimestamp(start.timestamp() + took, UTC)),),
            ),
            rules,
        ).label
        for took in sorted(set(seconds))
    }

    assert found == {"unknown"}


def test_the_bill_is_whole(real: RealInput) -> None:
    """Resources and the rest are the sum of the file, by the cost that was not rounded away."""
    with real.bill.open(newline="") as stream:
        billed = sum(float(row["BilledCost"]) for row in csv.DictReader(stream))

    bill = read_focus(real.bill)

    assert round(bill.total_usd, 2) == round(billed, 2)
    assert round(sum(one.cost_usd for one in bill.resources) + bill.without_resource_usd, 2) == round(billed, 2)
    assert bill.without_resource_usd > 0
    assert {one.instance_type for one in bill.resources if one.cost_usd > 300} == {"g5.4xlarge"}


@pytest.mark.parametrize(
    ("name", "service_time_ms"),
    [("mooncake_conversation_dev", 2_000), ("servegen_rates_dev", 500), ("azure_llm_2023_dev", 1_000)],
)
def test_overflow_is_sized_for_real_arrivals(data_folder: Path, name: str, service_time_ms: float) -> None:
    """The capacity share is what was asked; the spill share is another number, with an interval."""
    arrivals = read_arrivals(data_folder / "request_arrivals" / f"{name}.csv")

    found = size(arrivals, service_time_s=service_time_ms / 1_000, latency_limit_s=5.0)

    assert found.capacity_share == pytest.approx(0.15)
    assert found.edge_capacity_rps + found.cloud_capacity_rps >= found.peak_rps > found.mean_rps
    assert found.spill_share.low <= found.expected_spill_share <= found.spill_share.high < 0.2


def test_real_input_becomes_a_deploy(real: RealInput, tmp_path: Path) -> None:
    """assess, plan, generate, verify: what is known moves, and nothing moves on an unknown."""
    out, plan, deploy = tmp_path / "out", tmp_path / "plan.yaml", tmp_path / "deploy"
    source = ("--observations", str(real.observations), "--focus", str(real.bill), "--account", ACCOUNT)

    ask("assess", *source, "--now", NOW.isoformat(), "--out", str(out), "--json")
    ask("plan", str(out / "assessment.json"), "--sites", str(real.sites), "--out", str(plan))
    ask("generate", str(plan), "--out", str(deploy))
    verified = json.loads(ask("verify", str(deploy), "--json"))

    judged = {one["name"]: one for one in json.loads((out / "assessment.json").read_text())["workloads"]}
    going = {name for name, one in judged.items() if one["verdict"]["decision"] == "go"}
    assert going == {"i-0834le5b437l856a8", "i-06fal80lf5517049b"}
    assert all(judged[name]["cost"]["quality"] == "billed" for name in going)
    assert judged["i-0211a402bb0026l8a"]["verdict"]["decision"] == "needs_evidence"
    assert verified["agrees"] is True
    assert {one["slug"] for one in yaml.safe_load(plan.read_text())["workloads"]} == going
    assert list((deploy / "stacks" / "pilot").glob("Pulumi.*.yaml"))
    assert "ash1-jetson-1" in (deploy / "inventory" / "hosts.yml").read_text()


def test_the_questions_about_it_start_with_the_dearest(real: RealInput, tmp_path: Path) -> None:
    """`hints init` on the real assessment gives a file that `assess` reads, and an answer counts."""
    out, hints = tmp_path / "out", tmp_path / "hints.yaml"
    source = ("--observations", str(real.observations), "--focus", str(real.bill), "--account", ACCOUNT)
    ask("assess", *source, "--now", NOW.isoformat(), "--out", str(out))
    ask("hints", "init", str(out / "assessment.json"), "--out", str(hints))
    hints.write_text(hints.read_text().replace("model_family: null", "model_family: yolov8n", 1))

    ask("assess", *source, "--now", NOW.isoformat(), "--hints", str(hints), "--out", str(tmp_path / "again"))

    judged = json.loads((tmp_path / "again" / "assessment.json").read_text())["workloads"]
    answered = [one for one in judged if one["model"]["source"] == "hint"]
    assert [(one["name"], one["model"]["family"]) for one in answered] == [("i-0211a402bb0026l8a", "yolov8n")]
