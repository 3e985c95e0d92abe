"""Real traces and a real bill, turned into what `aimigrate assess --observations --focus` reads.

The traces and the bill come from different companies. What joins them is `JOINED`, made up here: which
arrivals reach which billed GPU instance, and which model answers them. The bill's sample holds single
hours of a month; an instance that is joined is billed its own hour for every hour of the month.
"""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

ACCOUNT = "123456789012"
REGION = "us-east-1"  # of the four GPU instances on the bill
SETS = {"a": "pods", "b": "services", "c": "trainings"}
PHILLY_ROWS = 40  # of 12,000 that are all alike: one run each, and no time of start
_MONTH_START, _MONTH_HOURS = datetime(2024, 9, 1), 720  # noqa: DTZ001  # the bill's own month, written without a zone


@dataclass(frozen=True)
class Joined:
    """One trace, the billed instance that it is taken to reach, and the model that answers."""

    workload: str
    trace: str
    model: str | None
    tags: tuple[tuple[str, str], ...] = ()


JOINED = (
    Joined(
        "i-0834le5b437l856a8",
        "servegen:m-small:18",
        "resnet50",
        (("aimigrate:class", "realtime"), ("aimigrate:precision", "int8")),
    ),
    Joined("i-06fal80lf5517049b", "servegen:m-small:31", "bert-99", (("aimigrate:class", "realtime"),)),
    Joined("i-02619lael51119a85", "azure:code", "llama-3.1-8b", (("aimigrate:tokens-out", "28"),)),
    Joined("i-0211a402bb0026l8a", "genai", None),
    Joined("mooncake-conversation", "mooncake", "llama-3.1-8b", (("aimigrate:tokens-out", "180"),)),
    Joined("azure-conversation", "azure:conv", None),
    Joined("servegen-m-large", "servegen:m-large:", "llama-3.3-70b"),
)
"""Made up by the tests. Two have no line on the bill, two no known model: both are what people have."""

SITES = """\
sites:
  - id: ash-plant-1
    region: us-east-1
    country: US
    electricity_usd_per_kwh: 0.12
    hosts:
{hosts}
  - id: ash-plant-2
    region: us-east-1
    country: US
"""


@dataclass(frozen=True)
class RealInput:
    """Where the input lies, and the label that the cluster traces give each workload."""

    observations: Path
    bill: Path
    sites: Path
    truth: dict[str, str]
    sets: dict[str, str]


def build(data: Path, root: Path) -> RealInput:
    """Write observations, bill and sites under `root` from the real data in `data`."""
    observations = root / "observations"
    observations.mkdir(parents=True)
    pods = _pods(data / "gpu_workload_labels")
    _write(
        observations / "workloads.csv",
        "workload_id,kind,region,instance_type,accelerator,accelerator_count,cpu_cores,memory_gib,model,tags",
        [*_joined_rows(), *(pod.row for pod in pods.values())],
    )
    runs = [(name, *run) for name, pod in pods.items() for run in pod.runs]
    _write(observations / "runs.csv", "workload_id,started_at,ended_at,status", runs)
    _write(
        observations / "requests.csv",
        "workload_id,timestamp,count,latency_p50_ms,latency_p99_ms",
        [(one.workload, *row) for one in JOINED for row in _arrivals(data / "request_arrivals", one.trace)],
    )
    bill = root / "focus.csv"
    _bill(data / "focus_sample" / "focus_1_0_aws_dev.csv", bill)
    sites = root / "sites.yaml"
    hosts = "\n".join(
        f"      - {{name: ash1-jetson-{n}, address: 10.77.0.{10 + n}, module: {module}}}"
        for n, module in enumerate(["jetson-agx-orin-64gb"] * 4 + ["jetson-orin-nano-8gb"] * 8, 1)
    )
    sites.write_text(SITES.format(hosts=hosts))
    return RealInput(
        observations,
        bill,
        sites,
        {name: pod.label for name, pod in pods.items()},
        {name: pod.set for name, pod in pods.items()},
    )


def _joined_rows() -> Iterator[tuple[object, ...]]:
    for one in JOINED:
        instance = ("g5.4xlarge", "A10G", 1, 16, 64) if one.workload.startswith("i-") else ("", "", "", "", "")
        kind = "ec2_instance" if instance[0] else "observed"
        yield (one.workload, kind, REGION, *instance, one.model or "", json.dumps(dict(one.tags)))


@dataclass
class Pod:
    """Runs of one shape or app, without what gives its label away (class, names, source)."""

    row: tuple[object, ...]
    runs: list[tuple[object, ...]]
    label: str
    set: str


def _pods(folder: Path) -> dict[str, Pod]:
    """Group the cluster traces: by resource shape, by app, and each training run alone.

    The names are numbers, so that neither a name nor a source tells the label.
    """
    groups: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in _rows(folder / "openb_pods_dev.csv"):
        if row["label"]:
            shape = (row["cpu_milli"], row["memory_mib"], row["num_gpu"], row["gpu_milli"])
            run = {"start": row["creation_time"], "end": row["deletion_time"], "status": row["pod_phase"]}
            size = {"gpus": row["num_gpu"], "cpus": str(int(row["cpu_milli"]) / 1_000), "gib": _gib(row["memory_mib"])}
            groups[("a", *shape)].append({**run, **size, "label": row["label"]})
    ends = {max(float(run["end"] or 0) for runs in groups.values() for run in runs)}
    for row in _rows(folder / "dlrm_instances_dev.csv"):
        run = {"start": row["creation_time"], "end": row["deletion_time"], "status": "", "label": row["label"]}
        size = {"gpus": row["gpu_request"], "cpus": row["cpu_request"], "gib": row["memory_request"]}
        groups[("b", row["app_name"])].append({**run, **size})
    for number, row in enumerate(_rows(folder / "philly_runtimes_dev.csv")):
        if number < PHILLY_ROWS:
            run = {"start": "0", "end": row["runtime"], "status": "", "label": row["label"]}
            groups[("c", row["row"])].append({**run, "gpus": "", "cpus": "", "gib": ""})
    return {
        f"group-{number:04}": _pod(f"group-{number:04}", SETS[key[0]], runs, ends)
        for number, (key, runs) in enumerate(groups.items())
    }


def _pod(name: str, part: str, held: list[dict[str, str]], ends: set[float]) -> Pod:
    """One group; a run that ends with its trace is one that was still going on."""
    runs: list[tuple[object, ...]] = []
    for run in held:
        start = float(run["start"] or 0)
        end = float(run["end"]) if run["end"] and float(run["end"]) not in ends else None
        runs.append((name, start, "" if end is None else max(end, start), run["status"])[1:])
    sizes = held[0]
    row = (name, "observed", REGION, "", "", sizes["gpus"], sizes["cpus"], sizes["gib"], "", "")
    return Pod(row, runs, Counter(run["label"] for run in held).most_common(1)[0][0], part)


def _gib(mebibytes: str) -> str:
    return str(int(mebibytes) / 1_024)


def _arrivals(folder: Path, trace: str) -> Iterator[tuple[object, ...]]:
    """Rows of one trace: time in seconds from its start, requests, and the latency where the trace has one."""
    source, _, part = trace.partition(":")
    if source == "azure":
        for row in _rows(folder / "azure_llm_2023_dev.csv"):
            if row["service"] == part:
                yield row["t_s"], 1, "", ""
    elif source == "mooncake":
        for row in _rows(folder / "mooncake_conversation_dev.csv"):
            yield row["t_s"], 1, "", ""
    elif source == "genai":
        first = None
        for row in _rows(folder / "genai_image_requests_dev.csv"):
            moment = datetime.fromisoformat(row["gmt_create"])
            first = first or moment.replace(hour=0, minute=0, second=0)
            took_ms = float(row["exec_time_seconds"]) * 1_000 if row["exec_time_seconds"] else ""
            yield (moment - first).total_seconds(), 1, took_ms, took_ms
    else:
        model, _, client = part.partition(":")
        name = "servegen_clients_dev.csv" if client else "servegen_rates_dev.csv"
        for row in _rows(folder / name):
            if row["model"] == model and row.get("client", "") == client:
                yield row["t_s"], round(float(row["rate_rps"]) * 600, 1), "", ""


def _bill(sample: Path, target: Path) -> None:
    """Copy the sample; the rows of joined instances are repeated for each hour of the month."""
    with sample.open(newline="") as stream:
        reader = csv.DictReader(stream)
        rows, names = list(reader), list(reader.fieldnames or ())
    joined = {one.workload for one in JOINED}
    with target.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        for row in rows:
            if row["ResourceId"] not in joined:
                writer.writerow(row)
                continue
            for hour in range(_MONTH_HOURS):
                start = _MONTH_START + timedelta(hours=hour)
                times = {"ChargePeriodStart": str(start), "ChargePeriodEnd": str(start + timedelta(hours=1))}
                writer.writerow({**row, **times})


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="") as stream:
        yield from csv.DictReader(stream)


def _write(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header.split(","))
        writer.writerows(rows)
