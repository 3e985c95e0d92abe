"""`--measured`: what was measured on a device at hand comes before what others published."""

import json
from pathlib import Path

import pytest

from aimigrate.assess.measured_speeds import measured_on, read_measured
from aimigrate.assess.speeds import inference_rate, token_rate
from aimigrate.commands._assessing import Request, run
from aimigrate.errors import UsageProblem
from aimigrate.registry import discover

TARGETS = discover("aimigrate.planning.targets", "target")
LOG = "[I] Throughput: 250.0 qps\n[I] Latency: min = 1 ms, median = 4.2 ms, percentile(99%) = 5.0 ms\n"


def folder(path: Path, *entries: str, log: str = LOG) -> Path:
    """Return a folder with a log and an index."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "run.log").write_text(log)
    index = "measured:\n" + "".join(f"  - {entry}\n" for entry in entries)
    (path / "measured.yaml").write_text(index)
    return path


def entry(**changed: str) -> str:
    """Return a line of the index."""
    values = {
        "file": "run.log",
        "model": "yolo11s",
        "module": "jetson-agx-orin-64gb",
        "precision": "fp16",
        "date": '"2026-11-20"',
    } | changed
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def test_measured_comes_before_published(tmp_path: Path) -> None:
    """The same model, module and precision: 250 measured, not 272 published; and its interval is the narrowest."""
    speeds = read_measured(folder(tmp_path, entry()), TARGETS)

    with measured_on(speeds):
        found = inference_rate("YOLO11s", "fp16", "jetson-agx-orin-64gb", TARGETS)
    after = inference_rate("YOLO11s", "fp16", "jetson-agx-orin-64gb", TARGETS)

    assert found is not None
    assert after is not None
    assert (found.per_second.value, found.per_second.provenance) == (250.0, "measured")
    assert "trtexec" in found.per_second.source
    assert "2026-11-20" in found.per_second.source
    assert after.per_second.provenance == "published"
    assert found.latency_ms == 4.2


def test_a_published_row_of_the_wanted_precision_comes_before_a_measured_one_of_another(tmp_path: Path) -> None:
    """Who asks for INT8 is not answered in FP16 where INT8 was published."""
    speeds = read_measured(folder(tmp_path, entry()), TARGETS)

    with measured_on(speeds):
        found = inference_rate("yolo11s", "int8", "jetson-agx-orin-64gb", TARGETS)

    assert found is not None
    assert (found.precision, found.per_second.provenance) == ("int8", "published")


def test_what_was_measured_on_one_module_informs_another(tmp_path: Path) -> None:
    """A model measured at twice its published speed on AGX Orin is derived faster on Orin NX, and stays derived."""
    before = inference_rate("yolo11s", "fp16", "jetson-orin-nx-16gb", TARGETS)
    fast = LOG.replace("250.0", "543.0")

    with measured_on(read_measured(folder(tmp_path, entry(), log=fast), TARGETS)):
        after = inference_rate("yolo11s", "fp16", "jetson-orin-nx-16gb", TARGETS)

    assert before is not None
    assert after is not None
    assert after.per_second.provenance == "derived"
    assert (after.per_second.value or 0) > (before.per_second.value or 0) * 1.02


def test_measured_tokens_are_of_all_streams(tmp_path: Path) -> None:
    """genai-perf's tokens a second, eight callers: each sees an eighth."""
    text = json.dumps({"output_token_throughput": {"avg": 400.0}, "input_config": {"concurrency": 8}})
    given = folder(tmp_path, entry(model="llama-3.1-8b", precision="int4"), log=text)

    with measured_on(read_measured(given, TARGETS)):
        found = token_rate("llama-3.1-8b", None, "jetson-agx-orin-64gb", TARGETS)

    assert found is not None
    assert (found.per_second.value, found.stream_tokens, found.per_second.provenance) == (400.0, 50.0, "measured")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"file": "gone.log"}, "No such file"),
        ({"module": "jetson-nano"}, "no module jetson-nano"),
        ({"precision": "nvfp4"}, "runs nvfp4"),
        ({"power_mode": "9W"}, "in mode 9W"),
        ({"file": "../../etc/passwd"}, "file"),
        ({"date": "yesterday"}, "date"),
    ],
)
def test_an_index_that_names_what_is_not_there_is_refused(tmp_path: Path, changed: dict[str, str], why: str) -> None:
    """The message says which file and what is wrong with it; nothing outside the folder is opened."""
    with pytest.raises(UsageProblem) as refused:
        read_measured(folder(tmp_path, entry(**changed)), TARGETS)

    assert why in refused.value.why


def test_a_file_that_no_tool_wrote_is_refused(tmp_path: Path) -> None:
    """The message names the tools whose files are read."""
    with pytest.raises(UsageProblem, match=r"written by none of .*onnx_runtime.*perf_analyzer.*trtexec"):
        read_measured(folder(tmp_path, entry(), log="hello"), TARGETS)


def test_assess_answers_with_what_was_measured(tmp_path: Path) -> None:
    """From the command to the assessment: the fit on that module rests on the measurement."""
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "workloads.csv").write_text(
        "workload_id,region,model,monthly_cost_usd,accelerator,accelerator_count\n"
        "camera-1,eu-central-1,yolo11s,900,T4,1\n"
    )

    done = run(Request(out=tmp_path / "out", observations=tables, measured=folder(tmp_path / "measured", entry())))

    fits = {fit.module: fit.throughput_rps for fit in done.assessment.workloads[0].edge_fit}
    rate = fits["jetson-agx-orin-64gb"]
    other = fits["jetson-t5000"]
    assert rate is not None
    assert (rate.value, rate.provenance) == (250.0, "measured")
    assert other is None or other.provenance != "measured"
