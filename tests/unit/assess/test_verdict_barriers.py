"""What keeps a workload in the cloud, each from evidence, each with what would lift it, and lifted when it is."""

import pytest

from aimigrate.assess.barriers._seam import all_barriers
from aimigrate.assess.decide import assess
from aimigrate.contracts.assessment import AssessedWorkload
from aimigrate.contracts.inventory import Coverage, Inventory, ModelFacts, Workload
from aimigrate.contracts.sites import Hint, Hints, Sites
from tests.builders import site
from tests.unit.assess.test_deciding import G5, NOW, TARGETS, endpoint

PACKAGE = "arn:aws:sagemaker:eu-central-1:865070037744:model-package/detector/1"
SITE = site("fra-1", uplink_mbps=100.0)


def judged(workload: Workload, hint: Hint | None = None, sites: Sites | None = None) -> AssessedWorkload:
    """Assess one workload with a person's answers and sites."""
    inventory = Inventory(
        account_id="111122223333",
        source="aws",
        collected_at=NOW,
        lookback_days=14,
        regions=("eu-central-1",),
        workloads=(workload,),
        coverage=Coverage(),
    )
    hints = Hints(workloads={workload.id: hint} if hint is not None else {})
    return assess(inventory, targets=TARGETS, hints=hints, sites=sites).workloads[0]


def model(**facts: object) -> ModelFacts:
    """ResNet-50 with something more known of it."""
    return ModelFacts.model_validate({"name": "resnet50", "family": "resnet50", "parameters_b": 0.0256, **facts})


def test_every_barrier_is_found_by_its_name() -> None:
    """Adding one is adding a file."""
    assert [one.name for one in all_barriers()] == [
        "closed-weights",
        "data-gravity",
        "license",
        "neuron",
        "no-inference",
        "notebook",
        "residency",
        "training",
        "x86-only",
    ]


@pytest.mark.parametrize(
    ("changes", "hint", "name", "evidence"),
    [
        ({"kind": "sagemaker_training"}, None, "training", "sagemaker_training"),
        ({"kind": "sagemaker_notebook"}, None, "notebook", "sagemaker_notebook"),
        ({"model": model(closed_weights=True)}, None, "closed-weights", "its model is resnet50"),
        ({}, Hint(closed_weights=True), "closed-weights", "hints.yaml says so"),
        ({"model": model(artifact=PACKAGE)}, None, "license", PACKAGE),
        (
            {"model": model(image="865070037744.dkr.ecr.eu-central-1.amazonaws.com/marketplace/detector:1")},
            None,
            "license",
            "marketplace/detector",
        ),
        (
            {"model": model(artifact="s3://jumpstart-private-cache-prod-eu-central-1/meta/llama.tar.gz")},
            None,
            "license",
            "jumpstart-private-cache",
        ),
        ({"compute": G5.model_copy(update={"instance_type": "inf2.xlarge"})}, None, "neuron", "inf2.xlarge"),
        (
            {"model": model(image="x.dkr.ecr/pytorch-inference-neuronx:2.1")},
            None,
            "neuron",
            "pytorch-inference-neuronx",
        ),
        ({}, Hint(x86_only=True), "x86-only", "hints.yaml"),
        ({"tags": {"aimigrate:model": "resnet50", "aimigrate:architecture": "AMD64"}}, None, "x86-only", "amd64"),
        ({"model": model(framework="OpenVINO")}, None, "x86-only", "framework is built on openvino"),
    ],
)
def test_a_barrier_is_a_reason_to_stay_with_its_evidence(
    changes: dict[str, object], hint: Hint | None, name: str, evidence: str
) -> None:
    """The verdict is stay, the barrier says why and from what, whatever could be saved."""
    found = judged(endpoint(**changes), hint).verdict

    barrier = next(one for one in found.barriers if one.name == name)
    assert found.decision == "stay"
    assert barrier.why in found.reasons
    assert evidence in barrier.evidence
    assert found.build_or_buy is not None
    assert found.build_or_buy.cheapest == "stay_in_cloud"
    assert [way.usd_per_month for way in found.build_or_buy.ways][1:] == [None, None]


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"model": model(closed_weights=True)}, Hint(closed_weights=False)),
        ({"model": model(artifact=PACKAGE)}, Hint(closed_weights=False)),
        ({"compute": G5.model_copy(update={"instance_type": "inf2.xlarge"})}, Hint(model_family="resnet50")),
        ({"model": model(framework="OpenVINO")}, Hint(x86_only=False)),
    ],
)
def test_what_lifts_a_barrier_lifts_it(changes: dict[str, object], hint: Hint) -> None:
    """A person's answer is what the barrier asks for."""
    before, after = judged(endpoint(**changes)).verdict, judged(endpoint(**changes), hint).verdict

    assert before.barriers
    assert all(one.lifted_if for one in before.barriers)
    assert after.barriers == ()


def test_a_package_of_the_own_registry_is_no_purchase() -> None:
    """The account that holds the package is the one that runs it."""
    own = PACKAGE.replace("865070037744", "111122223333")
    workload = endpoint(
        arn="arn:aws:sagemaker:eu-central-1:111122223333:endpoint/inspect",
        model=model(artifact=own, closed_weights=False),
    )

    assert [one.name for one in judged(workload).verdict.barriers] == []


def test_an_image_built_for_x86_is_no_barrier() -> None:
    """It can be built again; only what has no build for arm64 stays."""
    assert judged(endpoint(model=model(image="repo/inspect:2.1-amd64"))).verdict.barriers == ()


def test_data_that_no_link_carries_keep_a_workload() -> None:
    """200 requests a second of 1 MB are 1,360 Mbit/s at the edge's share; a link of 100 carries 70 of them."""
    found = judged(endpoint(), Hint(megabytes_in_per_request=1.0), Sites(sites=(SITE,)))

    assert found.inbound_mbps == pytest.approx(200 * 0.85 * 8, rel=0.01)
    assert found.verdict.decision == "stay"
    assert [one.name for one in found.verdict.barriers] == ["data-gravity"]
    assert "200 requests a second" in found.verdict.barriers[0].evidence


def test_the_link_at_which_data_can_follow_is_solved_and_holds() -> None:
    """A little narrower it stays, a little wider it is judged as ever."""
    hint, sites = Hint(megabytes_in_per_request=1.0), Sites(sites=(SITE,))
    flip = judged(endpoint(), hint, sites).verdict.flips[0]

    def at(mbps: float) -> str:
        wider = SITE.model_copy(update={"uplink_mbps": mbps})
        return judged(endpoint(), hint, Sites(sites=(wider,))).verdict.decision

    assert (flip.variable, flip.now, flip.side) == ("uplink_mbps", 100.0, "above")
    assert at(flip.at * 0.999) == "stay"
    assert at(flip.at * 1.001) == flip.becomes == judged(endpoint()).verdict.decision


def test_stores_that_stay_in_the_cloud_pull_too() -> None:
    """5,000 GB a day from S3 or FSx are 463 Mbit/s around the clock."""
    found = judged(endpoint(), Hint(gigabytes_in_per_day=5000.0), Sites(sites=(SITE,)))

    assert found.inbound_mbps == pytest.approx(5000 * 8000 / 86_400)
    assert "5,000 GB a day from stores" in found.verdict.barriers[0].evidence


@pytest.mark.parametrize(
    ("hint", "sites"),
    [
        (Hint(megabytes_in_per_request=1.0), None),
        (Hint(megabytes_in_per_request=1.0), Sites(sites=(SITE, site("fra-2")))),
        (Hint(megabytes_in_per_request=0.001), Sites(sites=(SITE,))),
        (Hint(), Sites(sites=(SITE,))),
    ],
)
def test_without_sites_links_or_sizes_nothing_is_said_of_data(hint: Hint, sites: Sites | None) -> None:
    """What is not known is no barrier; what fits is none either."""
    assert judged(endpoint(), hint, sites).verdict.barriers == ()


def test_residency_keeps_a_workload_where_no_site_lies_in_its_country() -> None:
    """Poland is asked for, and the region's site lies in Germany; with one in Poland it may go."""
    hint = Hint(residency=("PL",))
    there = Sites(sites=(SITE, site("waw-1", country="PL")))

    found = judged(endpoint(), hint, Sites(sites=(SITE,))).verdict

    assert found.decision == "stay"
    assert found.barriers[0].why == "it must stay in PL, and the sites of eu-central-1 lie in DE"
    assert found.flips_if == ("a site of eu-central-1 lies in PL",)
    assert judged(endpoint(), hint, there).verdict.barriers == ()
    assert judged(endpoint(), hint).verdict.barriers == ()


def test_barriers_that_fall_only_together_are_told_together() -> None:
    """Neuron and a licence: both sentences in one."""
    workload = endpoint(model=model(artifact=PACKAGE), compute=G5.model_copy(update={"instance_type": "inf2.xlarge"}))

    found = judged(workload).verdict

    assert {one.name for one in found.barriers} >= {"license", "neuron"}
    assert len(found.flips_if) == 1
    assert " and " in found.flips_if[0]
