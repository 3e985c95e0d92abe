#!/usr/bin/python
"""Ansible module: send a model one request over the Open Inference Protocol v2 and say who answered."""

from __future__ import annotations

import json
import math
import time
import urllib.error
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.urls import open_url

DOCUMENTATION = r"""
module: oip_probe
short_description: Ask a model for one inference
description:
  - Reads the model's metadata, sends zeros of that shape, and reports the answer. It never fails for a bad answer.
options:
  url:
    description: Base URL of the router or server.
    type: str
    required: true
  model:
    description: Name that the model is served under.
    type: str
    required: true
  timeout:
    description: Seconds for each of the two requests.
    type: int
    default: 10
author: [aimigrate]
"""

EXAMPLES = r"""
- name: Ask the router
  oip_probe:
    url: http://127.0.0.1
    model: defects
"""

RETURN = r"""
probe:
  description: What came back, with C(ok), C(status), C(served_by), C(latency_ms), C(error).
  type: dict
  returned: always
"""


def zeros(inputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Make a request of zeros from a model's inputs; a free dimension becomes 1."""
    tensors = []
    for item in inputs:
        shape = [max(int(size), 1) for size in item["shape"]]
        zero: object = False if item["datatype"] == "BOOL" else 0
        tensors.append(
            {"name": item["name"], "datatype": item["datatype"], "shape": shape, "data": [zero] * math.prod(shape)}
        )
    return {"inputs": tensors}


def probe(url: str, model: str, timeout: int) -> dict[str, Any]:
    """Ask once; what went wrong is part of the result."""
    base = f"{url.rstrip('/')}/v2/models/{model}"
    found: dict[str, Any] = {"ok": False, "status": None, "served_by": None, "latency_ms": None, "error": None}
    try:
        with open_url(base, timeout=timeout) as reply:
            request = zeros(json.load(reply)["inputs"])
        started = time.monotonic()
        headers = {"Content-Type": "application/json"}
        with open_url(
            f"{base}/infer", data=json.dumps(request), headers=headers, method="POST", timeout=timeout
        ) as reply:
            outputs = json.load(reply)["outputs"]
            found["latency_ms"] = round((time.monotonic() - started) * 1000, 1)
            found["status"] = reply.status
            found["served_by"] = reply.headers.get("x-aimigrate-served-by")
        found["ok"] = bool(outputs)
    except urllib.error.HTTPError as error:
        found["status"] = error.code
        found["error"] = error.read(500).decode("utf-8", "replace")
    except (OSError, KeyError, ValueError) as error:
        found["error"] = f"{type(error).__name__}: {error}"
    return found


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "url": {"type": "str", "required": True},
            "model": {"type": "str", "required": True},
            "timeout": {"type": "int", "default": 10},
        },
        supports_check_mode=True,
    )
    module.exit_json(changed=False, probe=probe(**module.params))


if __name__ == "__main__":
    main()
