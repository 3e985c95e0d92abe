"""The probe that `verify.yml` sends through a router."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).resolve().parents[2] / "playbooks/library/oip_probe.py"


@pytest.fixture(scope="module")
def oip_probe() -> ModuleType:
    """Load the module from where Ansible finds it."""
    spec = importlib.util.spec_from_file_location("oip_probe", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Server(BaseHTTPRequestHandler):
    """A server with one model that adds up its input, and one that is broken."""

    def do_GET(self) -> None:
        """Answer with metadata."""
        self._answer(200, {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}]})

    def do_POST(self) -> None:
        """Answer with the sum and the shape that came."""
        tensor = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["inputs"][0]
        if "broken" in self.path:
            self._answer(500, {"error": "no"})
        else:
            self._answer(200, {"outputs": [{"name": "y", "shape": tensor["shape"], "data": [sum(tensor["data"])]}]})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-aimigrate-served-by", "north-1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    """Serve on a free loopback port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_request_of_zeros_fits_the_model(oip_probe: ModuleType) -> None:
    """A free dimension becomes 1, every other keeps its size."""
    request = oip_probe.zeros([{"name": "x", "datatype": "INT64", "shape": [-1, 2, 3]}])

    assert request == {"inputs": [{"name": "x", "datatype": "INT64", "shape": [1, 2, 3], "data": [0] * 6}]}


def test_an_answer_names_who_gave_it(oip_probe: ModuleType, url: str) -> None:
    """The router's header says which host it was."""
    found = oip_probe.probe(url, "good", 5)

    assert (found["ok"], found["status"], found["served_by"], found["error"]) == (True, 200, "north-1", None)
    assert found["latency_ms"] > 0


def test_an_error_is_a_finding_with_its_text(oip_probe: ModuleType, url: str) -> None:
    """A broken model is not ok, and the report says why."""
    found = oip_probe.probe(url, "broken", 5)

    assert (found["ok"], found["status"]) == (False, 500)
    assert "no" in found["error"]


def test_no_server_is_a_finding_too(oip_probe: ModuleType) -> None:
    """A router that is down is not ok; the probe itself does not fail."""
    found = oip_probe.probe("http://127.0.0.1:9", "good", 2)

    assert (found["ok"], found["status"]) == (False, None)
    assert found["error"]
