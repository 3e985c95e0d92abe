"""Stand-in for the cloud endpoint: the Open Inference Protocol v2 over the models of a folder, marked by a header.

It computes the same models with ONNX Runtime, so that an answer's numbers can be compared with the edge's.
`python -m tests.lab.cloud ADDRESS PORT FOLDER`
"""

import json
import sys
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

MARK = "x-cloud-stand-in"


class Cloud(BaseHTTPRequestHandler):
    """Answers health, readiness, metadata and inference; the class attribute `folder` says of what."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_GET(self) -> None:
        """Health, readiness of a model, its metadata."""
        match self.path.strip("/").split("/"):
            case ["v2", "health", "live" | "ready"]:
                self._answer(HTTPStatus.OK, {})
            case ["v2", "models", name, *rest] if (self.folder / f"{name}.onnx").is_file() and rest in ([], ["ready"]):
                inputs = [] if rest else session(self.folder / f"{name}.onnx").get_inputs()
                shapes = [[size if isinstance(size, int) else -1 for size in item.shape] for item in inputs]
                tensors = [
                    {"name": item.name, "datatype": "FP32", "shape": shape}
                    for item, shape in zip(inputs, shapes, strict=True)
                ]
                self._answer(HTTPStatus.OK, {"name": name, "inputs": tensors})
            case _:
                self._answer(HTTPStatus.NOT_FOUND, {"error": "no such thing"})

    def do_POST(self) -> None:
        """Inference."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        match self.path.strip("/").split("/"):
            case ["v2", "models", name, "infer"] if (self.folder / f"{name}.onnx").is_file():
                model = session(self.folder / f"{name}.onnx")
                feed = {
                    item["name"]: np.array(item["data"], np.float32).reshape(item["shape"]) for item in body["inputs"]
                }
                results = zip(model.get_outputs(), model.run(None, feed), strict=True)
                outputs = [
                    {"name": item.name, "datatype": "FP32", "shape": value.shape, "data": value.ravel().tolist()}
                    for item, value in results
                ]
                self._answer(HTTPStatus.OK, {"model_name": name, "outputs": outputs})
            case _:
                self._answer(HTTPStatus.NOT_FOUND, {"error": "no such thing"})

    def _answer(self, status: HTTPStatus, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header(MARK, "yes")
        self.end_headers()
        self.wfile.write(content)


@cache
def session(path: Path) -> ort.InferenceSession:
    """Open a model once."""
    return ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    Cloud.folder = Path(sys.argv[3])
    ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Cloud).serve_forever()
