"""Which model runs, and who says so."""

import pytest

from aimigrate.assess.facts import family_of, model_facts
from aimigrate.contracts.inventory import ModelFacts, Workload
from aimigrate.contracts.sites import Hint


def workload(described: ModelFacts | None = None, /, **tags: str) -> Workload:
    named = {f"aimigrate:{name.replace('_', '-')}": value for name, value in tags.items()}
    return Workload(
        id="ecs_service:eu-central-1:w",
        kind="ecs_service",
        region="eu-central-1",
        name="resnet50-looking-name",
        tags=named,
        model=described or ModelFacts(),
    )


def test_a_hint_beats_a_tag_beats_a_description() -> None:
    """Each stronger source takes the family; fields it leaves open come from the weaker."""
    described = ModelFacts(name="retinanet", framework="pytorch", precision="fp32", source="describe_model")
    subject = workload(described, model="resnet50", precision="FP16")

    by_tag = model_facts(subject, None)
    by_hint = model_facts(subject, Hint(model_family="Llama-3.1-8B-Instruct", precision="int4"))

    assert (by_tag.family, by_tag.precision, by_tag.framework, by_tag.source) == ("resnet50", "fp16", "pytorch", "tag")
    assert (by_hint.family, by_hint.precision, by_hint.source) == ("llama-3.1-8b", "int4", "hint")
    assert model_facts(workload(described), None).family == "retinanet"


def test_an_image_names_a_model_only_by_a_whole_known_word() -> None:
    """A registry path is guessed at; half a word is not enough."""
    known = workload(ModelFacts(image="111122223333.dkr.ecr.eu-central-1.amazonaws.com/triton-yolov8n:24.10"))
    half = workload(ModelFacts(image="registry/myresnet501:1"))

    found = [model_facts(subject, None) for subject in (known, half)]

    assert (found[0].family, found[0].source) == ("yolov8n", "image_label")
    assert found[1].family is None


def test_the_workloads_own_name_is_no_evidence() -> None:
    """A name is a label someone chose, not what runs."""
    assert model_facts(workload(), None).family is None


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("ResNet-50", "resnet50"),
        ("meta-llama-3.1-8b-instruct", "llama-3.1-8b"),
        ("BERT Large uncased", "bert-99"),
        ("bert", "bert"),
        ("yolov8n-seg", "yolov8n-seg"),
        ("3D-UNet", "3d-unet-99"),
        ("bert-99.9", "bert-99.9"),
        ("Qwen3-4B", "qwen-3-4b"),
        ("our-own-net", "our-own-net"),
        ("", None),
        ("\u202e{{x}}", "x"),
    ],
)
def test_names_are_brought_to_families(name: str, family: str | None) -> None:
    """Spelling does not matter; a different network of the same stem is not the same family."""
    assert family_of(name) == family


def test_a_guess_never_takes_another_network_for_a_known_one() -> None:
    """Segmentation, pruned and distilled variants run at other speeds."""
    found = [family_of(name, guess=True) for name in ("serve/yolov8n-seg:1", "resnet50-pruned", "bert", "x-resnet50")]

    assert found == [None, None, None, "resnet50"]


def test_parameters_come_from_a_person_then_the_family() -> None:
    """A stated number wins; else the family's publication; else unknown, not zero."""
    stated = model_facts(workload(model="resnet50", parameters_b="0.02"), None)
    known = model_facts(workload(model="llama-3.1-8b"), None)
    unknown = model_facts(workload(model="our-own-net", parameters_b="many"), None)

    assert (stated.parameters_b, known.parameters_b, unknown.parameters_b) == (0.02, 8.0, None)


@pytest.mark.parametrize(
    "model",
    [
        ModelFacts(name="anthropic.claude-sonnet-4"),
        ModelFacts(name="amazon.nova-pro-v1:0"),
        ModelFacts(artifact="arn:aws:sagemaker:us-east-1:865070037744:model-package/cohere-command-r"),
    ],
)
def test_closed_weights_are_known(model: ModelFacts) -> None:
    """Bedrock's own models and marketplace packages can't be moved."""
    assert model_facts(workload(model), None).closed_weights is True


def test_open_or_unknown_weights_are_not_called_closed() -> None:
    """Without a sign of it nothing is claimed, and a person's word is taken."""
    unknown = model_facts(workload(model="llama-3.1-8b"), None)
    denied = model_facts(workload(ModelFacts(name="anthropic.claude-3")), Hint(closed_weights=False))

    assert unknown.closed_weights is None
    assert denied.closed_weights is False
