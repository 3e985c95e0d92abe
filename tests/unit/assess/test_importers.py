"""What tools wrote is read as it was measured, and a file without its figure is refused, never taken as zero."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimigrate.assess.importers._reading import Importer, MeasuringProblem
from aimigrate.registry import discover

IMPORTERS: dict[str, Importer] = discover("aimigrate.assess.importers", "importer")

TRT_LOG = """[08/21/2023-14:59:20] [I] Input Binding for images with dimensions 4x3x640x640 is created.
[08/21/2023-14:59:38] [I] === Performance summary ===
[08/21/2023-14:59:38] [I] Throughput: 3716.81 qps
[08/21/2023-14:59:38] [I] Latency: min = 0.17041 ms, max = 0.243042 ms, mean = 0.184305 ms, median = 0.179932 ms, \
percentile(90%) = 0.194153 ms, percentile(95%) = 0.195312 ms, percentile(99%) = 0.197144 ms
"""
PERF_CSV = """Concurrency,Inferences/Second,Client Send,Network+Server Send/Recv,Server Queue,Server Compute Input,\
Server Compute Infer,Server Compute Output,Client Recv,p50 latency,p90 latency,p95 latency,p99 latency
1,69.2,225,2148,64,206,11781,19,0,13891,18795,19753,21018
2,87.2,235,1973,9151,190,11346,17,0,21874,28557,29768,34766
"""
ORT_LOG = """Session creation time cost: 0.0102016 s
Total inference requests: 100
Average inference time cost: 1.85739 ms
Number of inferences per second: 538.184
P50 Latency: 0.00185674 s
P99 Latency: 0.00190312 s
"""


def chosen(text: str) -> Importer:
    """Return the one importer that knows the text."""
    found = [one for one in IMPORTERS.values() if one.recognises(text)]
    assert len(found) == 1
    return found[0]


def test_a_log_of_trtexec_is_read_times_its_batch() -> None:
    """A query is one pass of the batch that the log names; the index's own word comes before it."""
    importer = chosen(TRT_LOG)
    found, stated = importer.read(TRT_LOG, None), importer.read(TRT_LOG, 2)

    assert importer.name == "trtexec"
    assert (found.batch, found.per_second) == (4, pytest.approx(4 * 3716.81))
    assert (found.latency_ms, found.latency_p99_ms) == (0.179932, 0.197144)
    assert stated.per_second == pytest.approx(2 * 3716.81)


def test_times_of_trtexec_count_from_the_first_byte_in_to_the_last_out() -> None:
    """Four passes that overlap, in 10 ms."""
    rows = [
        {"startH2dMs": at, "startComputeMs": at + 1, "endD2hMs": at + 4.0, "latencyMs": 3.5 + at / 10}
        for at in (0.0, 2.0, 4.0, 6.0)
    ]
    text = json.dumps(rows)

    found = chosen(text).read(text, 8)

    assert found.per_second == pytest.approx(4 * 8 / 0.010)
    assert found.latency_ms == pytest.approx(3.8)


def test_a_profile_of_trtexec_sums_its_layers() -> None:
    """Its first entry is the count of passes, and no layer."""
    text = json.dumps([{"count": 100}, {"name": "conv", "averageMs": 1.5, "timeMs": 150.0},
                       {"name": "head", "averageMs": 0.5, "timeMs": 50.0}])  # fmt: skip

    found = chosen(text).read(text, None)

    assert (found.per_second, found.latency_ms) == (pytest.approx(500.0), pytest.approx(2.0))


def test_a_csv_of_perf_analyzer_gives_its_best_load() -> None:
    """Microseconds become milliseconds; inferences are not multiplied by the batch again."""
    found = chosen(PERF_CSV).read(PERF_CSV, 4)

    assert found.per_second == pytest.approx(87.2)
    assert (found.latency_ms, found.latency_p99_ms) == (pytest.approx(21.874), pytest.approx(34.766))
    assert "concurrency 2" in found.how


def test_an_export_of_perf_analyzer_counts_answers_in_its_windows() -> None:
    """Two answers in one second of the window, each 0.5 s after its request."""
    text = json.dumps({
        "experiments": [{
            "experiment": {"mode": "concurrency", "value": 1},
            "requests": [{"timestamp": int(at * 1e9), "response_timestamps": [int((at + 0.5) * 1e9)]}
                         for at in (0.1, 0.6, 5.0)],
            "window_boundaries": [0, int(1.2e9)],
        }],
        "version": "2.59",
    })  # fmt: skip

    found = chosen(text).read(text, None)

    assert found.per_second == pytest.approx(2 / 1.2)
    assert found.latency_ms == pytest.approx(500.0)


@pytest.mark.parametrize(
    "settings", [{"perf_analyzer": {"stimulus": {"concurrency": 8}}}, {"loadgen": {"concurrency": 8}}]
)
def test_genai_perf_gives_tokens_of_all_streams(settings: dict[str, object]) -> None:
    """The streams are those of its own settings, in the older form and in AIPerf's."""
    text = json.dumps({
        "request_throughput": {"unit": "requests/sec", "avg": 0.8233},
        "request_latency": {"unit": "ms", "avg": 2413.5, "p50": 2431.75, "p99": 2439.45},
        "output_token_throughput": {"unit": "tokens/sec", "avg": 52.69},
        "input_config": settings,
    })  # fmt: skip

    found = chosen(text).read(text, None)

    assert (found.unit, found.per_second, found.batch) == ("tokens", 52.69, 8)
    assert found.latency_p99_ms == 2439.45


def test_a_log_of_onnx_runtime_is_read() -> None:
    """Seconds become milliseconds."""
    found = chosen(ORT_LOG).read(ORT_LOG, None)

    assert found.per_second == pytest.approx(538.184)
    assert (found.latency_ms, found.latency_p99_ms) == (pytest.approx(1.85674), pytest.approx(1.90312))


def test_a_real_profile_of_onnx_runtime_is_read(tmp_path: Path) -> None:
    """A session that ran here, profiled by the runtime itself: the first run, which warms up, is left out."""
    node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"])
    graph = onnx.helper.make_graph(
        [node],
        "small",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [64, 64])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [64, 64])],
        [onnx.numpy_helper.from_array(np.eye(64, dtype=np.float32), "w")],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "profile")
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    for _ in range(6):
        session.run(None, {"x": np.ones((64, 64), dtype=np.float32)})
    text = Path(session.end_profiling()).read_text("utf-8")

    found = chosen(text).read(text, None)

    assert "5 runs" in found.how
    assert found.latency_ms is not None
    assert 0 < found.latency_ms < 1000


@pytest.mark.parametrize(
    "text",
    [
        TRT_LOG.replace("3716.81", "0"),
        TRT_LOG.replace("3716.81", "nan").replace("nan", "e"),
        json.dumps([{"latencyMs": 1.0, "startComputeMs": 0.0}]),
        json.dumps([{"count": 3}, {"name": "x", "averageMs": 0}]),
        PERF_CSV.replace("69.2", "0").replace("87.2", ""),
        json.dumps({"experiments": []}),
        json.dumps({"experiments": [{"requests": [{"timestamp": 1}]}]}),
        json.dumps({"output_token_throughput": {"avg": None}}),
        ORT_LOG.replace("538.184", "0"),
        json.dumps([{"name": "model_run", "dur": 5}]),
    ],
)
def test_a_file_without_its_figure_is_refused(text: str) -> None:
    """An unknown never becomes a speed."""
    with pytest.raises(MeasuringProblem):
        chosen(text).read(text, None)


@given(st.text(max_size=200))
def test_what_no_tool_wrote_is_known_to_none(text: str) -> None:
    """Any text is answered, with no importer or with one that reads or refuses it."""
    assert not any(one.recognises(text) for one in IMPORTERS.values()) or "qps" in text or "time cost" in text


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["experiments", "request_throughput", "avg", "latencyMs", "startComputeMs",
                                         "name", "averageMs", "dur", "requests", "timestamp"]), inner, max_size=4),
                    max_leaves=12))  # fmt: skip
def test_any_json_is_read_or_refused(values: object) -> None:
    """A hostile or cut-off document ends in a refusal that says what is missing, not in a traceback."""
    text = json.dumps(values)
    for importer in IMPORTERS.values():
        if importer.recognises(text):
            try:
                found = importer.read(text, None).per_second
            except MeasuringProblem as error:
                found = len(str(error))
            assert found > 0
