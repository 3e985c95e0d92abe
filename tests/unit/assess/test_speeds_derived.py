"""Derived speeds: physics says the direction, the interval widens with what is not known, a look-up is cheap."""

import time
from dataclasses import replace
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.assess._speed_physics import Device, Work, decode_bound, inference_bound, prefill_bound, sizes_of
from aimigrate.assess._speed_published import Rate, table
from aimigrate.assess._speed_rows import KINDS, Kind, Row
from aimigrate.assess.measured_speeds import measured_on
from aimigrate.assess.speed_model import SpeedModel, model_group, pair_group
from aimigrate.assess.speed_ratio import accelerator_ratio, own_rate
from aimigrate.assess.speed_table import devices_of, rows_of, widths_of, works
from aimigrate.assess.speeds import inference_rate, prefill_rate, token_rate
from aimigrate.contracts.catalog import Speed
from aimigrate.registry import discover

TARGETS = discover("aimigrate.planning.targets", "target")
DEVICES = devices_of(TARGETS)
ORDER = ("measured", "published", "derived", "assumed")
FAMILIES = sorted({row["family"] for row in table()["inference"]})


def spread(rate: Rate | None) -> float:
    """Return an interval's high over its low."""
    assert rate is not None
    assert rate.per_second.low is not None
    assert rate.per_second.high is not None
    return rate.per_second.high / rate.per_second.low


def speed(family: str, module: str, precision: str, per_second: float) -> Speed:
    """Return a speed as if it were measured at hand."""
    return Speed(
        family=family,
        target=module,
        power_mode=TARGETS[module].default_power_mode,
        precision=precision,
        throughput_rps=per_second,
        latency_ms=5.0,
        provenance="measured",
        source="measured with trtexec, x.log",
        date="2026-11-20",
    )


def model(kind: Kind) -> SpeedModel:
    """Return the shipped model of one kind."""
    return SpeedModel(rows_of(kind, DEVICES), works(), widths_of(kind))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("module", TARGETS)
def test_the_interval_widens_on_each_step_down(family: str, module: str) -> None:
    """Measured is narrower than published or derived, that no wider than an assumption; none is without width."""
    known = inference_rate(family, None, module, TARGETS)
    with measured_on((speed(family, module, "fp16", 100.0),)):
        measured = inference_rate(family, "fp16", module, TARGETS)
    ratio = accelerator_ratio(None, "T4", module, TARGETS)
    assert ratio is not None
    assumed = own_rate(100.0, ratio, "MAXN")

    assert 1.0 < spread(measured) < spread(known) <= spread(assumed) * 1.0001
    assert known is not None
    assert known.per_second.provenance in {"published", "derived"}


@given(st.sampled_from(FAMILIES), st.sampled_from(sorted(TARGETS)), st.sampled_from(["fp32", "fp16", "int8", None]))
def test_every_published_interval_is_narrower_than_every_derived_one(
    family: str, module: str, precision: str | None
) -> None:
    """Whatever is asked: provenance orders the widths."""
    widest_published, found = 1.10 / 0.60, inference_rate(family, precision, module, TARGETS)

    assert found is not None
    if found.per_second.provenance == "published":
        assert spread(found) <= widest_published * 1.0001
    else:
        assert spread(found) > widest_published


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_less_known_is_less_sure(kind: Kind) -> None:
    """The same question is answered with a wider interval when the pair, and then the whole model, is left out."""
    rows = rows_of(kind, DEVICES)
    asked = next(row for row in rows if row.device.name == "jetson-orin-nx-16gb" and model_group(row) != "rnnt")

    def without(group: str, of: object) -> SpeedModel:
        return SpeedModel([row for row in rows if of(row) != group], works(), widths_of(kind))  # type: ignore[operator]

    found = [
        one.predict(asked)
        for one in (
            model(kind),
            without(pair_group(asked), pair_group),
            without(model_group(asked), model_group),
        )
    ]

    widths = [one.high / one.low for one in found if one]
    assert [one.knows for one in found if one] == ["pair", "both", "module"]
    assert widths == sorted(widths)


@given(st.floats(0.2, 70), st.floats(5, 500), st.floats(20, 2000))
def test_more_bandwidth_and_more_peak_are_never_slower(billions: float, tflops: float, bandwidth: float) -> None:
    """The bound grows with peak and bandwidth, and falls with the model's size."""
    device = Device("jetson-x", "orin", tflops, bandwidth)
    better = [replace(device, fp16_tflops=tflops * 2), replace(device, bandwidth_gb_s=bandwidth * 2)]

    for one in better:
        assert decode_bound(billions, billions, one, "int4", 8) >= decode_bound(billions, billions, device, "int4", 8)
        assert prefill_bound(billions, billions, one, "int4", 99) >= prefill_bound(
            billions, billions, device, "int4", 99
        )
        work = Work("x", "detection", billions, billions)
        assert inference_bound(work, one, "fp16", 1) >= inference_bound(work, device, "fp16", 1)
    assert decode_bound(billions * 2, billions * 2, device, "int4", 1) < decode_bound(
        billions, billions, device, "int4", 1
    )


def test_one_stream_is_bound_by_reading_the_weights() -> None:
    """7 billion weights in four bits are 3.9 GB: over AGX Orin's 204.8 GB/s a token takes 19 ms at least."""
    bound = decode_bound(7.0, 7.0, DEVICES["jetson-agx-orin-64gb"], "int4", 1)

    assert 1000 / exp(bound) == pytest.approx(19.1 + 0.3, abs=0.3)


def test_a_mixture_reads_more_for_many_streams() -> None:
    """One stream reads 3 of 30 billion weights; eight that choose apart read more than half of all."""
    device = DEVICES["jetson-t5000"]
    one, eight = (exp(decode_bound(30.0, 3.0, device, "int4", streams)) for streams in (1, 8))

    assert 1.0 < eight / one < 2.0


def test_a_name_states_its_sizes() -> None:
    """All weights, and those used for one token."""
    assert sizes_of("qwen-3-30b-a3b") == (30.0, 3.0)
    assert sizes_of("llama-3.1-8b") == (8.0, 8.0)
    assert sizes_of("smollm2") is None
    assert sizes_of("x-0b") is None


def test_a_prompt_has_a_speed_where_the_size_is_known() -> None:
    """A larger model takes longer for the same prompt; without a size nothing is said."""
    small, large = (prefill_rate("qwen-3", size, "jetson-agx-orin-64gb", TARGETS, tokens=500) for size in (1.7, 8.0))

    assert small is not None
    assert large is not None
    assert (small.value or 0) > (large.value or 0) > 0
    assert prefill_rate("qwen-of-ours", None, "jetson-agx-orin-64gb", TARGETS, tokens=500) is None


def test_a_model_of_an_unknown_size_or_work_has_no_derived_speed() -> None:
    """Nothing is made up: neither name nor table says what it takes."""
    nameless = Row("decode", "our-own-writer", DEVICES["jetson-t5000"], "int4", 1)
    unknown = Row("inference", "our-own-net", DEVICES["jetson-t5000"], "fp16", 1)

    assert model("decode").predict(nameless) is None
    assert model("inference").predict(unknown) is None


@settings(deadline=None)
@given(st.floats(0.5, 60.0))
def test_a_larger_language_model_is_never_faster(billions: float) -> None:
    """Tokens a second fall with size, derived for the same family on the same module."""
    small = token_rate("mistral-x", billions, "jetson-agx-orin-64gb", TARGETS)
    large = token_rate("mistral-x", billions * 1.5, "jetson-agx-orin-64gb", TARGETS)

    assert small is not None
    assert large is not None
    assert (small.per_second.value or 0) > (large.per_second.value or 0)


def test_two_hundred_thousand_look_ups_take_seconds() -> None:
    """A large account asks the same few questions again and again; an answer is worked out once."""
    families = ("resnet50", "yolov8s", "bert-99", "our-own-net")
    for family in families:
        for name in TARGETS:
            inference_rate(family, "int8", name, TARGETS)

    begin = time.process_time()
    for _ in range(200_000 // (len(families) * len(TARGETS))):
        for family in families:
            for name in TARGETS:
                inference_rate(family, "int8", name, TARGETS)

    assert time.process_time() - begin < 5.0


def test_four_and_eight_bit_floats_are_asked_of_thor_alone() -> None:
    """Orin has no NVFP4 and no FP8; on Thor both are derived where nobody ran them, and FP8 weights are read slower."""
    orin = [token_rate("mistral-7b", 7.2, "jetson-agx-orin-64gb", TARGETS, precision=one) for one in ("fp8", "nvfp4")]
    fp8, nvfp4 = (token_rate("mistral-7b", 7.2, "jetson-t5000", TARGETS, precision=one) for one in ("fp8", "nvfp4"))

    assert orin == [None, None]
    assert fp8 is not None
    assert nvfp4 is not None
    assert (nvfp4.precision, nvfp4.per_second.provenance) == ("nvfp4", "derived")
    assert (fp8.per_second.value or 0) < (nvfp4.per_second.value or 0)


@pytest.mark.parametrize("family", ["llama-3.1-8b", "mistral-7b"])
def test_one_stream_sees_more_than_an_eighth_of_eight(family: str) -> None:
    """Published or derived: eight streams together give more, and each of them less, than one alone."""
    one = token_rate(family, 8.0, "jetson-agx-orin-64gb", TARGETS, streams=1)
    eight = token_rate(family, 8.0, "jetson-agx-orin-64gb", TARGETS)

    assert one is not None
    assert eight is not None
    assert (one.per_second.value or 0) < (eight.per_second.value or 0)
    assert one.stream_tokens == one.per_second.value
    assert (one.stream_tokens or 0) > (eight.stream_tokens or 0)
