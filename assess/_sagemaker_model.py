"""What DescribeModel says of a model: image, weights, package, and whether it is one model or many."""

from collections.abc import Iterable, Mapping

from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Missing, ModelFacts

_HF_MODEL = "HF_MODEL_ID"  # the one variable that is read; no other of the environment is kept


def describe_models(reader: Reader, names: Iterable[str]) -> dict[str, Item | None]:
    """Describe each model once, whoever shares it; None where it was refused or is gone."""
    wanted = sorted(set(names))
    answers = reader.many("sagemaker", "describe_model", [(name, {"ModelName": name}) for name in wanted])
    return dict(zip(wanted, answers, strict=True))


def model_facts(reader: Reader, name: str, models: Mapping[str, Item | None]) -> tuple[ModelFacts, tuple[Missing, ...]]:
    """Return the facts of the model `name`, and what of it is not known.

    A package of another account has weights that its user never gets.
    """
    model = models.get(name)
    if model is None:
        why = reader.refused("sagemaker", "DescribeModel") or "the model was not described"
        missing = Missing(what="model.artifact", reason=why, fix="allow sagemaker:DescribeModel")
        return ModelFacts(name=name, source="describe_model"), (missing,)
    return container_facts(reader, name, main_container(model)), _many_models(main_container(model))


def main_container(model: Item) -> Item:
    """Return the container that holds the model: the first, where they form a line."""
    container: Item = model.get("PrimaryContainer") or next(iter(model.get("Containers") or ()), {})
    return container


def container_facts(reader: Reader, name: str, container: Item) -> ModelFacts:
    """Return the facts of one container definition of a model."""
    package = container.get("ModelPackageName")
    parts = str(package or "").split(":")
    foreign = len(parts) > 4 and parts[4] != reader.scope.account_id  # noqa: PLR2004  # arn:partition:service:region:account
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    hub = source.get("HubAccessConfig", {}).get("HubContentArn")
    return ModelFacts(
        name=container.get("Environment", {}).get(_HF_MODEL) or name,
        artifact=container.get("ModelDataUrl") or hub or source.get("S3Uri") or package,
        image=container.get("Image"),
        closed_weights=True if foreign else None,
        source="describe_model",
    )


def is_multi_model(model: Item | None) -> bool:
    """Return whether one container loads many models from one prefix (Mode MultiModel)."""
    return model is not None and main_container(model).get("Mode") == "MultiModel"


def _many_models(container: Item) -> tuple[Missing, ...]:
    if container.get("Mode") != "MultiModel":
        return ()
    why = f"it loads many models from {container.get('ModelDataUrl') or 'one prefix'}; SageMaker does not list them"
    return (Missing(what="model", reason=why, fix="state the model that matters most in hints.yaml"),)
