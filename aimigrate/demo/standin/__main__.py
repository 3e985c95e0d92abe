"""Serve the stand-in as the engine expects a plugin to: print a port, answer on it, leave on SIGINT."""

import os
import signal
import sys
import threading
import time
from concurrent import futures

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from aimigrate.demo.standin.cloud import RefusedEndpoint, loopback_endpoint
from aimigrate.demo.standin.provider import Provider

MESSAGE_LIMIT_BYTES = 400 << 20  # the engine's own limit
WATCH_SECONDS = 1.0


def _leave_with_parent(parent: int) -> None:
    """Leave when the engine is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(0)


def main() -> int:
    """Serve until told to stop; refuse at once an endpoint that is not this machine's."""
    try:
        loopback_endpoint(os.environ)
    except RefusedEndpoint as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201  # the engine shows a plugin's stderr
        return 1
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: os._exit(0))
    options = [("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES)]
    server = grpc.server(futures.ThreadPoolExecutor(8), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(os.environ), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)  # noqa: T201  # the protocol's first line
    server.start()
    threading.Thread(target=_leave_with_parent, args=(os.getppid(),), daemon=True).start()
    server.wait_for_termination()
    return 0


if __name__ == "__main__":
    sys.exit(main())
