"""What a Bedrock model id says: whose model it is, and whether its weights can be had."""

import re

from aimigrate.contracts.inventory import ModelFacts

# By the beginning of a model id (Amazon Bedrock user guide, models at a glance, read 2026-11). What stands in neither
# is not known: of some providers, a few models are published and the others are not.
_CLOSED = ("amazon.", "anthropic.", "luma.", "twelvelabs.")  # their providers give the weights to nobody
_OPEN = (  # published with their weights, under whatever licence
    *("deepseek.", "google.gemma", "meta.llama", "minimax.minimax-m2", "moonshot.kimi-k2", "moonshotai.kimi-k2"),
    *("nvidia.nemotron", "openai.gpt-oss", "qwen.qwen3", "zai.glm-4"),
    *("mistral.mistral-7b", "mistral.mixtral", "mistral.ministral", "mistral.mistral-large-2407", "mistral.pixtral"),
    *("mistral.devstral", "mistral.magistral-small", "mistral.mistral-small", "mistral.voxtral"),
)

# Geographies of cross-region inference profiles, before the model id (same guide, read 2026-11).
_GEOGRAPHY = re.compile(r"^(?:us-gov|global|apac|us|eu|jp|au|ca)\.")
_VERSION = re.compile(r":\d+(?::[\w-]+)?$")


def plain_model_id(name: str) -> str:
    """Return the bare id of a foundation model: of its ARN, of a cross-region profile, of a provisioned variant."""
    last = name.rsplit("/", 1)[-1] if name.startswith("arn:") else name
    return _GEOGRAPHY.sub("", last)


def closed_weights(model_id: str) -> bool | None:
    """Return True where nobody can have the weights, False where anyone can, None where it is not known."""
    plain = plain_model_id(model_id).lower()
    if plain.startswith(_CLOSED):
        return True
    return False if plain.startswith(_OPEN) else None


def bedrock_facts(model_id: str, *, artifact: str | None = None, own: bool = False) -> ModelFacts:
    """Return the facts of a model id. `own`: imported by the account, which thus has the weights."""
    return ModelFacts(
        name=_VERSION.sub("", plain_model_id(model_id)),
        artifact=artifact or model_id,
        closed_weights=False if own else closed_weights(model_id),
        source="describe_model",
    )
