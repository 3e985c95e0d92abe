"""Whether a thing without an accelerator runs a model: judged by what its owner wrote, with the evidence kept."""

import re
from collections.abc import Mapping

# Words that name a model, a runtime that serves one, or the act. Whole words of a name, tag or image only.
_WORDS = frozenset(
    {
        "ai", "anomaly", "asr", "bert", "classification", "classifier", "classify", "detection", "detector", "embedder",
        "embedding", "embeddings", "forecast", "forecaster", "huggingface", "infer", "inference", "lightgbm", "llama",
        "llm", "mistral", "ml", "model", "models", "nlp", "ocr", "onnx", "onnxruntime", "predict", "prediction",
        "predictor", "pytorch", "recommendation", "recommender", "rerank", "reranker", "resnet", "sagemaker", "scorer",
        "scoring", "segmentation", "sklearn", "tensorflow", "tflite", "tgi", "torch", "transformers", "triton",
        "tritonserver", "tts", "vllm", "whisper", "xgboost", "yolo",
    }
)  # fmt: skip
_TAG_WORDS = re.compile(r"(?:^|[:/_-])(?:ai|ml|model|inference)(?:$|[:/_-])", re.IGNORECASE)
_NO = frozenset({"", "0", "false", "no", "none"})
_SPLIT = re.compile(r"[^a-z0-9]+")


def _words(text: str) -> set[str]:
    parts = _SPLIT.split(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower())
    return {part.rstrip("0123456789") or part for part in parts} & _WORDS


def signs_of_a_model(name: str, tags: Mapping[str, str], image: str | None = None) -> tuple[str, ...]:
    """Return what speaks for a model, none for an ordinary thing.

    A tag such as `model` or `team:ml` speaks by itself, unless its value is a no; so does an image. A name speaks
    by itself too: what is named `thumbnail` or `billing-export` has none of the words.
    """
    signs = [
        f"tag {key}={value}"
        for key, value in sorted(tags.items())
        if value.strip().lower() not in _NO and (_TAG_WORDS.search(key) or _words(value) - {"model", "models"})
    ]
    signs += [f"name has {word!r}" for word in sorted(_words(name))]
    if image:
        signs += [f"image has {word!r}" for word in sorted(_words(image.rsplit("/", 1)[-1].split("@")[0]))]
    return tuple(signs)
