"""Published speeds as the collected files have them, turned into rows; `python -m bench.speed_rows` writes YAML.

Every speed of a Jetson is a row: MLPerf's Offline (samples a second), SingleStream (one over the 90th percentile) and
MultiStream (eight over the 99th), Ultralytics' and hokwangchoi's milliseconds, tokens a second, and prompt tokens over
the time that they took. Left out: PyTorch (one row; sizing assumes an engine), the vision encoder's own milliseconds
(how large an image was is not said), memory and watts. Of a cloud GPU the best submission of a round stands for it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from aimigrate.assess._speed_physics import Device, Work
from aimigrate.assess._speed_rows import Row
from bench.decisions import DATA

_MODULES = (("Orin NX 8GB", "jetson-orin-nx-8gb"), ("Orin NX", "jetson-orin-nx-16gb"),
            ("Orin Nano 4GB", "jetson-orin-nano-4gb"), ("Orin Nano", "jetson-orin-nano-8gb"), ("T4000", "jetson-t4000"),
            ("Thor", "jetson-t5000"), ("Xavier NX", "jetson-xavier-nx"), ("AGX Orin 32GB", "jetson-agx-orin-32gb"),
            ("AGX Orin", "jetson-agx-orin-64gb"))  # fmt: skip
_FP16_IN_MLPERF = {"bert-99.9", "rnnt"}  # NVIDIA's submissions; the summaries do not say
_PASS_MS = {"inference_time", "gpu_latency_ms", "latency", "latency_ms"}
_A_SECOND = {"fps", "img/s", "images/s", "samples/s"}
_TOKENS = {"decode_throughput", "output_throughput"}


def family_of(model: str) -> str:
    """Return a published name as families are spelled: without maker, tuning and file format."""
    name = model.lower().rpartition("/")[2].replace(" ", "-").removeprefix("nvidia-")
    name = re.sub(r"-(instruct|llm|reasoning|nvfp4|it|chat)(?=-|$)", "", name)
    name = re.sub(r"^(qwen|llama|gemma|phi)(\d)", r"\1-\2", name)
    return "3d-unet-99" if name.startswith("3d-unet") else name


def read_rows(devices: Mapping[str, Device]) -> list[Row]:
    """Return every row of both folders whose device is known, in the files' order. Every part of the split counts."""
    folder = DATA / "mlperf_inference"
    files = sorted(folder.glob("mlperf_results*.csv"))
    rows = [row for path in files for row in _mlperf(_lines(path), devices)]
    benchmarks = sorted((DATA / "jetson_bench").glob("jetson_benchmarks*.csv"))
    return [*rows, *(row for path in benchmarks for row in _jetson(list(_lines(path)), devices))]


def unknown_works(rows: Iterable[Row], works: Mapping[str, Work]) -> set[str]:
    """Return the models of inference rows whose work the product's table does not hold."""
    return {row.family for row in rows if row.kind == "inference" and row.model not in works}


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def _mlperf(lines: Iterable[dict[str, str]], devices: Mapping[str, Device]) -> list[Row]:
    best: dict[tuple[Any, ...], Row] = {}
    edge: dict[Row, None] = {}
    for line in lines:
        row = _mlperf_row(line, devices)
        if row is None:
            continue
        if row.device.edge:
            edge[row] = None  # 3D-UNet stands under two accuracy targets with one log
            continue
        same = (row.family, row.device.name, row.precision, row.batch, row.run)
        if not row.capped and row.batch != 8 and (same not in best or best[same].per_second < row.per_second):
            best[same] = row
    return [*edge, *best.values()]


def _mlperf_row(line: Mapping[str, str], devices: Mapping[str, Device]) -> Row | None:
    name = _module(line["accelerator"]) or line["accelerator"]
    speed = _mlperf_speed(line)
    if speed is None or name not in devices:
        return None
    family = family_of(line["model"])
    harness = "triton" if "triton" in line["system"].lower() else line["submitter"].lower()
    return Row(
        kind="inference",
        family=family,
        device=devices[name],
        precision="fp16" if family in _FP16_IN_MLPERF else "int8",
        batch=speed[0],
        per_second=speed[1],
        capped=line["maxq"] == "True",
        source="mlperf",
        run=f"{line['round']} {harness}" if devices[name].edge else f"{line['round']} nvidia",
    )


def _mlperf_speed(line: Mapping[str, str]) -> tuple[int, float] | None:
    """Return batch (0: a queue kept full) and samples a second."""
    scenario = line["scenario"]
    if scenario == "Offline" and line["per_acc_samples_per_s"]:
        return 0, float(line["per_acc_samples_per_s"])
    if scenario == "SingleStream" and line["latency_p90_ms"]:
        return 1, 1000 / float(line["latency_p90_ms"])
    if scenario == "MultiStream" and line["latency_p99_ms"]:
        return 8, float(line["samples_per_query"] or 8) * 1000 / float(line["latency_p99_ms"])
    return None


def _jetson(lines: list[dict[str, str]], devices: Mapping[str, Device]) -> Iterator[Row]:
    """Return rows of the tidy file; its MLPerf rows are those of the other folder."""
    prompts = {_run(line): float(line["value"]) for line in lines if line["metric"] == "prefill_tokens"}
    for line in lines:
        name = _module(line["module"]) or line["module"]
        if (
            name not in devices
            or not line["value"]
            or line["source"].startswith("MLPerf")
            or line["runtime"] == "PyTorch"
        ):
            continue
        device = devices[f"{name}@15W" if line["power_mode"] == "15W" else name]
        value, batch = float(line["value"]), int(float(line["batch"] or 1))
        if line["metric"] in _PASS_MS or line["unit"] in _A_SECOND:
            rate = value if line["unit"] in _A_SECOND else batch * 1000 / value
            precision = line["precision"].lower()
            if precision in {"fp32", "fp16", "int8", "fp8"}:
                yield Row("inference", family_of(line["model"]), device, precision, batch, rate, source="tensorrt")
        elif line["metric"] in _TOKENS or (line["metric"] == "prefill_time" and _run(line) in prompts):
            yield _tokens(line, device, batch, prompts.get(_run(line), 0.0))


def _tokens(line: Mapping[str, str], device: Device, batch: int, prompt: float) -> Row:
    prefill = line["metric"] == "prefill_time"
    drafted = re.search(r"EAGLE3|MTP|DFlash", line["scenario"])
    return Row(
        kind="prefill" if prefill else "decode",
        family=family_of(line["model"]),
        device=device,
        precision=_weights(line["precision"]),
        batch=batch,
        per_second=prompt * 1000 / float(line["value"]) if prefill else float(line["value"]),
        source={"T": "edge-llm", "v": "vllm", "M": "mlc"}[line["runtime"][0]],
        drafted=drafted[0].lower() if drafted and not prefill else "",
        images="VLM" in line["scenario"],
        tokens=prompt if prefill else 0.0,
    )


def _weights(precision: str) -> str:
    """Return the precision of a language model's weights: the first part named; W4A16 and AWQ are INT4."""
    first = precision.lower().replace("bf16", "fp16")
    return next((name for name in ("nvfp4", "fp8", "int8", "fp16") if first.startswith(name)), "int4")


def _module(text: str) -> str | None:
    return next((name for part, name in _MODULES if part in text), None)


def _run(line: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(line[part] for part in ("module", "power_mode", "model", "precision", "scenario", "batch", "runtime"))


def main() -> None:
    """Print the rows as the product's table has them."""
    from aimigrate.assess.speed_table import devices_of, works, written
    from aimigrate.registry import discover

    rows = read_rows(devices_of(discover("aimigrate.planning.targets", "target")))
    unknown = unknown_works(rows, works())
    print(written(row for row in rows if row.family not in unknown), end="")


if __name__ == "__main__":
    main()
