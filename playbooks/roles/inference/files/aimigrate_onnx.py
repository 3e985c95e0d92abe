# ruff: noqa: INP001 - copied to a host, where it stands alone
"""MLServer runtime that serves one ONNX model with ONNX Runtime; installed beside the server's settings."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceRequest, InferenceResponse, MetadataTensor, RequestInput
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

# ONNX Runtime's name of an element type -> NumPy's type and the protocol's name
TYPES: dict[str, tuple[Any, str]] = {
    "tensor(bool)": (np.bool_, "BOOL"),
    "tensor(uint8)": (np.uint8, "UINT8"),
    "tensor(int8)": (np.int8, "INT8"),
    "tensor(int32)": (np.int32, "INT32"),
    "tensor(int64)": (np.int64, "INT64"),
    "tensor(float16)": (np.float16, "FP16"),
    "tensor(float)": (np.float32, "FP32"),
    "tensor(double)": (np.float64, "FP64"),
}


class OnnxModel(MLModel):
    """One ONNX file: loaded only if its digest is the plan's, ready only once it has run."""

    async def load(self) -> bool:
        """Check the digest, open the session, run it once on zeros."""
        parameters = self.settings.parameters
        extra = parameters.extra
        path = Path(parameters.uri)
        found = hashlib.sha256(await asyncio.to_thread(path.read_bytes)).hexdigest()
        if found != extra["sha256"]:
            raise ValueError(f"{path} has sha256 {found}, the plan says {extra['sha256']}")
        options = ort.SessionOptions()
        options.intra_op_num_threads = extra["threads"]
        providers = [name for name in extra["providers"] if name in ort.get_available_providers()]
        self._session = ort.InferenceSession(str(path), options, providers=providers)
        self._types = {value.name: TYPES[value.type][0] for value in self._session.get_inputs()}
        self._slots = asyncio.Semaphore(extra["max_concurrent"])
        self.inputs = [_described(value) for value in self._session.get_inputs()]
        self.outputs = [_described(value) for value in self._session.get_outputs()]
        self._run(
            {item.name: np.zeros([max(size, 1) for size in item.shape], self._types[item.name]) for item in self.inputs}
        )
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Answer one request. One that does not fit the model is the caller's error (400)."""
        given = {item.name: item for item in payload.inputs}
        if set(given) != set(self._types):
            raise InferenceError(f"the model takes {sorted(self._types)}, the request has {sorted(given)}")
        feed = {name: self._decoded(item) for name, item in given.items()}
        async with self._slots:
            results = await asyncio.to_thread(self._run, feed)
        outputs = [
            NumpyCodec.encode_output(item.name, value) for item, value in zip(self.outputs, results, strict=True)
        ]
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=outputs)

    def _decoded(self, item: RequestInput) -> np.ndarray:
        try:
            return NumpyCodec.decode_input(item).astype(self._types[item.name], copy=False)
        except (ValueError, TypeError, KeyError) as error:
            raise InferenceError(f"input {item.name}: {error}") from error

    def _run(self, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        try:
            return self._session.run(None, feed)
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise InferenceError(str(error)) from error


def _described(value: Any) -> MetadataTensor:  # noqa: ANN401 - ONNX Runtime publishes no type for it
    shape = [size if isinstance(size, int) else -1 for size in value.shape]
    return MetadataTensor(name=value.name, datatype=TYPES[value.type][1], shape=shape)
