"""What DescribeModel says of a model: image, weights, package."""

from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import ModelFacts

_HF_MODEL = "HF_MODEL_ID"  # the one variable that is read; no other of the environment is kept


def described_model(reader: Reader, name: str) -> ModelFacts:
    """Return the facts of the model `name`; a package of another account has weights that its user never gets."""
    model = reader.one("sagemaker", "describe_model", named=name, ModelName=name)
    if model is None:
        return ModelFacts(name=name, source="describe_model")
    container: Item = model.get("PrimaryContainer") or next(iter(model.get("Containers") or ()), {})
    package = container.get("ModelPackageName")
    parts = str(package or "").split(":")
    foreign = len(parts) > 4 and parts[4] != reader.scope.account_id  # noqa: PLR2004  # arn:partition:service:region:account
    source = container.get("ModelDataSource", {}).get("S3DataSource", {}).get("S3Uri")
    return ModelFacts(
        name=container.get("Environment", {}).get(_HF_MODEL) or name,
        artifact=container.get("ModelDataUrl") or source or package,
        image=container.get("Image"),
        closed_weights=True if foreign else None,
        source="describe_model",
    )
