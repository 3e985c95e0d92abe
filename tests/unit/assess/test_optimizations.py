"""What would be cheaper anyway: named only where this account shows it, each with a range and a source."""

import pytest

from aimigrate.assess.optimizations import optimizations_of
from aimigrate.contracts.assessment import Classification, Label
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Compute, ModelFacts, Workload


def names(
    demand: Demand,
    *,
    kind: str = "sagemaker_endpoint",
    label: Label = "realtime",
    facts: ModelFacts | None = None,
    spot: bool | None = None,
) -> set[str]:
    """Return the names of what applies to a workload on one g5.xlarge."""
    workload = Workload.model_validate(
        {
            "id": f"{kind}:eu-west-1:x",
            "kind": kind,
            "region": "eu-west-1",
            "name": "x",
            "compute": Compute(instance_type="g5.xlarge", instance_count=1, spot=spot),
        }
    )
    label_of = Classification(label=label, confidence=0.9, evidence=(), flips_if=())
    found = optimizations_of(workload, facts or ModelFacts(), demand, label_of)
    for one in found:
        assert one.saving_share_low is not None
        assert one.saving_share_high is not None
        assert one.saving_share_low <= one.saving_share_high
        assert one.source
        assert one.evidence
    return {one.name for one in found}


def test_idle_is_turned_off_and_nothing_else() -> None:
    """There is no point in right-sizing what nobody uses."""
    assert names(Demand(requests_per_month=0, gpu_utilization_percent_mean=0.1)) == {"turn off what is idle"}


def test_quiet_hours_suggest_scaling_to_zero() -> None:
    """Work in a third of the windows leaves two thirds paid for nothing."""
    assert "scale to zero between requests" in names(Demand(requests_per_month=1000, busy_share=0.33))
    assert "scale to zero between requests" not in names(Demand(requests_per_month=1000, busy_share=0.9))


def test_a_hardly_used_gpu_suggests_less_of_it() -> None:
    """Twelve percent in the mean is less than one size down would hold."""
    assert "right-size the instances" in names(Demand(requests_per_month=9, gpu_utilization_percent_mean=12))
    assert "right-size the instances" not in names(Demand(requests_per_month=9, gpu_utilization_percent_mean=70))


@pytest.mark.parametrize(("precision", "expected"), [("fp16", True), (None, True), ("int8", False)])
def test_precision_is_named_until_it_is_low(precision: str | None, expected: bool) -> None:  # noqa: FBT001  # a table of cases
    """INT8 is suggested unless it already runs so."""
    found = names(Demand(requests_per_month=9), facts=ModelFacts(family="resnet50", precision=precision))

    assert ("run in INT8 instead of FP16 or FP32" in found) is expected


def test_a_language_model_is_quantized_to_four_bits() -> None:
    """Its decoding is bound by the bytes of its weights."""
    found = names(Demand(requests_per_month=9), facts=ModelFacts(family="llama-3.1-8b"))

    assert "quantize the weights to 4 bits" in found


def test_requests_that_come_close_together_are_batched() -> None:
    """Ten a second with half a GPU free can wait a few milliseconds for each other."""
    demand = Demand(requests_per_month=9, peak_rps=10, gpu_utilization_percent_mean=40)

    assert "batch requests on the server" in names(demand, facts=ModelFacts(family="resnet50"))


def test_only_work_that_may_be_interrupted_goes_to_spot() -> None:
    """Jobs yes, endpoints no, and not what is on spot already."""
    assert "run on spot instances" in names(Demand(), kind="batch_queue", label="batch")
    assert "run on spot instances" not in names(Demand(), kind="batch_queue", label="batch", spot=True)
    assert "run on spot instances" not in names(Demand())


def test_nothing_known_suggests_nothing() -> None:
    """Without evidence there is no advice."""
    assert names(Demand()) == set()
