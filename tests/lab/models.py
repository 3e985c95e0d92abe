"""Two small real models, their weights drawn from a fixed seed, and what ONNX Runtime answers on this machine."""

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[np.float32]
_OPSET = helper.make_opsetid("", 17)
_IR_VERSION = 9  # of ONNX 1.14: ONNX Runtime of JetPack 6 reads it


def convolution(seed: int = 7) -> bytes:
    """Convolution, ReLU, dense, softmax: 1x32x32 images to five probabilities."""
    random = np.random.default_rng(seed)
    weights = {
        "kernel": random.normal(0, 0.3, (8, 1, 3, 3)),
        "bias": random.normal(0, 0.1, 8),
        "dense": random.normal(0, 0.05, (8 * 32 * 32, 5)),
    }
    nodes = [
        helper.make_node("Conv", ["image", "kernel", "bias"], ["features"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["features"], ["active"]),
        helper.make_node("Flatten", ["active"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    return _model(nodes, weights, ("image", ["batch", 1, 32, 32]), ("probabilities", ["batch", 5]))


def perceptron(seed: int = 11) -> bytes:
    """Two dense layers: 16 features to three scores."""
    random = np.random.default_rng(seed)
    weights = {"first": random.normal(0, 0.3, (16, 32)), "second": random.normal(0, 0.3, (32, 3))}
    nodes = [
        helper.make_node("MatMul", ["features", "first"], ["hidden"]),
        helper.make_node("Tanh", ["hidden"], ["active"]),
        helper.make_node("MatMul", ["active", "second"], ["scores"]),
    ]
    return _model(nodes, weights, ("features", ["batch", 16]), ("scores", ["batch", 3]))


def sample(model: bytes, seed: int = 3) -> tuple[str, Array]:
    """Return the name of a model's input and one batch for it."""
    value = ort.InferenceSession(model, providers=["CPUExecutionProvider"]).get_inputs()[0]
    shape = [size if isinstance(size, int) else 1 for size in value.shape]
    return value.name, np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)


def reference(model: bytes, given: tuple[str, Array]) -> Array:
    """Return what the model answers here."""
    name, values = given
    answer: Array = ort.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {name: values})[0]
    return answer


def _model(
    nodes: list[onnx.NodeProto],
    weights: dict[str, NDArray[np.float64]],
    given: tuple[str, list[str | int]],
    answer: tuple[str, list[str | int]],
) -> bytes:
    stored = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    inputs = [helper.make_tensor_value_info(given[0], TensorProto.FLOAT, given[1])]
    outputs = [helper.make_tensor_value_info(answer[0], TensorProto.FLOAT, answer[1])]
    graph = helper.make_graph(nodes, "model", inputs, outputs, stored)
    model = helper.make_model(graph, opset_imports=[_OPSET], ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content
