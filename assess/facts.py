"""What model runs, and how we know: a person's hint, a tag, AWS's description, the image, in that order.

A name is turned into the family under which speeds are kept. Several families can share words, so a
guess from an image or an artifact counts only when a known name stands in it whole; what a person
wrote counts even when it is not known here, and then no published speed will be found for it.
"""

import re
import unicodedata
from typing import Any, Literal

from aimigrate.contracts.inventory import ModelFacts, Workload
from aimigrate.contracts.sites import Hint

Source = Literal["hint", "tag", "describe_model", "image_label", "observation"]

TAG_MODEL = "aimigrate:model"
TAG_PRECISION = "aimigrate:precision"
TAG_PARAMETERS = "aimigrate:parameters-b"
TAG_FRAMEWORK = "aimigrate:framework"
TAG_CLOSED = "aimigrate:closed-weights"

ALIASES: dict[str, tuple[str, ...]] = {
    "3d-unet-99": ("3d-unet-99", "3d-unet", "unet3d", "3dunet"),
    "3d-unet-99.9": ("3d-unet-99.9",),
    "bert-99": ("bert-99", "bert-large", "bert-large-uncased", "bert-large-squad"),
    "bert-99.9": ("bert-99.9",),
    "dlrm-99": ("dlrm-99", "dlrm"),
    "dlrm-99.9": ("dlrm-99.9",),
    "gemma-2-2b": ("gemma-2-2b",),
    "gemma-2-9b": ("gemma-2-9b",),
    "llama-3.1-8b": ("llama-3.1-8b", "meta-llama-3.1-8b", "llama3.1-8b"),
    "llama-3.2-3b": ("llama-3.2-3b", "llama3.2-3b"),
    "llama-3.3-70b": ("llama-3.3-70b", "llama3.3-70b"),
    "nemotron-3-nano-30b-a3b": ("nemotron-3-nano-30b-a3b", "nvidia-nemotron-3-nano-30b-a3b"),
    "phi-3.5-3b": ("phi-3.5-3b", "phi-3.5-mini"),
    "qwen-2.5-7b": ("qwen-2.5-7b", "qwen2.5-7b"),
    "qwen-2.5-vl-7b": ("qwen-2.5-vl-7b", "qwen2.5-vl-7b"),
    "qwen-3-1.7b": ("qwen-3-1.7b", "qwen3-1.7b"),
    "qwen-3-4b": ("qwen-3-4b", "qwen3-4b"),
    "qwen-3-8b": ("qwen-3-8b", "qwen3-8b"),
    "qwen-3-32b": ("qwen-3-32b", "qwen3-32b"),
    "qwen-3-30b-a3b": ("qwen-3-30b-a3b", "qwen3-30b-a3b"),
    **{
        f"qwen-{line}-{size}": (f"qwen-{line}-{size}", f"qwen{line}-{size}")
        for line, sizes in (("3-vl", ("2b", "4b", "8b")), ("3.5", ("0.8b", "2b", "4b", "9b", "27b", "35b-a3b")))
        for size in sizes
    },
    "resnet50": ("resnet50", "resnet-50", "resnet50-v1.5", "resnet50v1.5"),
    "retinanet": ("retinanet", "retinanet-resnext50"),
    "rnnt": ("rnnt", "rnn-t"),
    "ssd-mobilenet": ("ssd-mobilenet", "ssd-mobilenet-v1", "ssd-small"),
    "ssd-resnet34": ("ssd-resnet34", "ssd-large"),
    "yolo11l": ("yolo11l", "yolov11l"),
    "yolo11m": ("yolo11m", "yolov11m"),
    "yolo11n": ("yolo11n", "yolov11n"),
    "yolo11s": ("yolo11s", "yolov11s"),
    "yolo11x": ("yolo11x", "yolov11x"),
    "yolov8n": ("yolov8n", "yolo-v8n"),
}
"""Family to the names it goes by, spelled as `_plain` spells them."""

PARAMETERS_B = {
    "resnet50": 0.0256,  # 25.6 million (He et al., Deep Residual Learning, 2015; torchvision's model card, 2026-11)
    "bert-99": 0.340,  # BERT large, 340 million (Devlin et al., BERT, 2018)
    "bert-99.9": 0.340,
    "yolov8n": 0.0032,  # Ultralytics' YOLOv8 page, read 2026-11
}
"""Billions of parameters where the family's own publication states them and its name does not."""

# Families whose weights their makers do not hand out; the open ones of the same makers are named apart.
_CLOSED = re.compile(
    r"(?:^|[/.:])(?:anthropic[./]|claude|ai21[./]|j2-|jamba-instruct|cohere[./]command|amazon[./](?:titan|nova)|"
    r"titan-(?:text|embed|image)|nova-(?:micro|lite|pro|premier|canvas|reel)|writer[./]palmyra|twelvelabs[./])"
)
_MARKETPLACE = re.compile(r":model-package/|/marketplace/|jumpstart-proprietary")
_SIZE = re.compile(r"(?:^|-)(\d{1,4}(?:\.\d{1,3})?)b(?:-|$)")
_OTHER_NETWORK = frozenset(
    {"seg", "pose", "obb", "cls", "distilled", "pruned", "tiny", "mini", "lora", "adapter", "moe"}
)
"""Words that make another network of a known name: yolov8n-seg is not yolov8n."""
_LONGEST = 200  # characters of a name from an account that are looked at


def model_facts(workload: Workload, hint: Hint | None) -> ModelFacts:
    """Return what is known of a workload's model; a stronger source wins field by field, `source` is the family's."""
    found = workload.model
    tags = workload.tags
    name, source = _name(workload, hint)
    trusted = source in {"hint", "tag", "observation"}
    family = family_of(name or "", guess=not trusted) or (family_of(found.family) if found.family else None)
    stated = hint if hint is not None else Hint()
    closed = stated.closed_weights
    if closed is None:
        closed = _yes_or_no(tags.get(TAG_CLOSED)) if tags.get(TAG_CLOSED) else found.closed_weights
    if closed is None:
        closed = True if is_closed(found, name) else None
    values: dict[str, Any] = {
        "name": name or found.name,
        "family": family,
        "parameters_b": _first(stated.parameters_b, _number(tags.get(TAG_PARAMETERS)), found.parameters_b)
        or parameters_of(family),
        "precision": _first(_precision(stated.precision), _precision(tags.get(TAG_PRECISION)), found.precision),
        "framework": _first(_short(tags.get(TAG_FRAMEWORK)), found.framework),
        "closed_weights": closed,
        "source": source if family is not None or found.source is None else found.source,
    }
    return found.model_copy(update=values)


def _name(workload: Workload, hint: Hint | None) -> tuple[str | None, Source | None]:
    """Find the best name for the model, and who gave it."""
    found = workload.model
    if hint is not None and hint.model_family:
        return _short(hint.model_family), "hint"
    if tagged := _short(workload.tags.get(TAG_MODEL)):
        return tagged, "tag"
    if found.source in {"observation", "hint", "tag"} and (found.name or found.family):
        return _short(found.family or found.name), found.source
    described: tuple[tuple[str | None, Source], ...] = (
        (found.family, found.source or "describe_model"),
        (found.name, "describe_model"),
        (_last_parts(found.artifact), "describe_model"),
        (_last_parts(found.image), "image_label"),
    )
    for text, source in described:
        if text and family_of(text, guess=True):
            return _short(text), source
    return None, found.source


def family_of(name: str, *, guess: bool = False) -> str | None:
    """Return the family of a name. A guess needs a known name inside; a person's own word is kept in plain spelling."""
    plain = _plain(name)
    if not plain:
        return None
    matches = [
        (len(alias), family)
        for family, names in ALIASES.items()
        for alias in names
        if (f"-{alias}-" in f"-{plain}-" if guess else f"{plain}-".startswith(f"{alias}-"))
        and not _OTHER_NETWORK & set(plain.replace(alias, "", 1).split("-"))
    ]
    if matches:
        return max(matches)[1]
    return None if guess else plain


def parameters_of(family: str | None) -> float | None:
    """Billions of parameters, from the family's publication or from its own name (llama-3.1-8b); else unknown."""
    if family is None:
        return None
    if family in PARAMETERS_B:
        return PARAMETERS_B[family]
    sizes = _SIZE.findall(family)
    return float(sizes[0]) if len(sizes) == 1 else None


def is_closed(found: ModelFacts, name: str | None) -> bool:
    """Say whether the weights are known not to be handed out (Bedrock's own, marketplace, proprietary JumpStart)."""
    texts = [text[:_LONGEST].lower() for text in (name, found.name, found.family, found.image, found.artifact) if text]
    return any(_CLOSED.search(text) or _MARKETPLACE.search(text) for text in texts)


def _plain(text: str) -> str:
    """Spell a name in lower-case letters, digits, points and hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text[:_LONGEST]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", ascii_text).strip("-.")


def _short(text: str | None) -> str | None:
    cut = "".join(sign for sign in (text or "")[:_LONGEST] if sign.isprintable()).strip()
    return cut or None


def _last_parts(address: str | None) -> str | None:
    """Take the last two parts of an address, where a model's name usually stands."""
    return "/".join(address.rstrip("/").split("/")[-2:]) if address else None


def _precision(text: str | None) -> str | None:
    return re.sub(r"[^a-z0-9-]", "", text.lower())[:16] or None if text else None


def _number(text: str | None) -> float | None:
    """Read a positive number from a tag; anything else is unknown."""
    if text is None or re.fullmatch(r"\d{1,6}(?:\.\d{1,9})?", text.strip()) is None:
        return None
    return float(text) or None


def _yes_or_no(text: str | None) -> bool | None:
    return {"true": True, "yes": True, "false": False, "no": False}.get((text or "").strip().lower())


def _first(*values: Any) -> Any:  # noqa: ANN401  # the first of any kind that is known
    return next((value for value in values if value is not None), None)
