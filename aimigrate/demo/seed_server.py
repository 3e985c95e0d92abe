"""moto behind a socket on loopback, in a thread of this process.

A call that moto lacks is answered as AWS answers an operation it does not have, in the protocol of its service.
moto's own server sends an HTML page with status 500, which botocore tries again and then can't read.
"""

import io
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

from moto.backends import list_of_moto_modules
from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import cloudwatch_backends
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import ThreadedWSGIServer

from aimigrate.demo.seed_cloudwatch import IndexedCloudWatch
from aimigrate.demo.seed_urls import FunctionUrls
from aimigrate.errors import MachineProblem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_MISSING = "NotImplemented"
_SAYS = "The embedded account does not have this operation."


def _missing(environ: "WSGIEnvironment") -> tuple[str, bytes]:
    """Return content type and body of the answer to an operation that is not there."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):  # the query protocols' form
        return "application/x-amz-json-1.1", json.dumps({"__type": _MISSING, "message": _SAYS}).encode()
    error = f"<Error><Code>{_MISSING}</Code><Message>{_SAYS}</Message></Error>"
    if "/ec2/" in environ.get("HTTP_AUTHORIZATION", ""):
        return "text/xml", f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>".encode()
    return "text/xml", f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>".encode()


class _Services(DomainDispatcherApplication):
    """moto's choice of a service by request, without its trouble over one it has never heard of."""

    def get_backend_for_host(self, host: str | None) -> Any:  # noqa: ANN401 # as moto has it
        """Return the service's name. Raises NotImplementedError where there is none."""
        known = host is None or host == "moto_api" or host in list_of_moto_modules()
        if not known and not any(pattern.match(f"http://{host}") for _, pattern in self.backend_url_patterns):
            raise NotImplementedError(host)
        return super().get_backend_for_host(host)


class Gaps:
    """A WSGI application around moto's: what moto can't do is said in AWS's own form."""

    def __init__(self, app: Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request; status 501 where moto has nothing."""
        answer: list[Any] = []
        environ["wsgi.errors"] = io.StringIO()  # Flask would print a traceback for each missing call

        def keep(*given: Any) -> Callable[[bytes], object]:  # noqa: ANN401 # status, headers, and sometimes an error
            answer[:] = given
            return lambda _: None

        try:
            body = b"".join(self.app(environ, keep))
        except NotImplementedError:
            return self._say_missing(environ, start_response)
        kinds = {name.lower(): value for name, value in answer[1]}
        if answer[0][:3] in {"404", "500"} and kinds.get("content-type", "").startswith("text/html"):
            return self._say_missing(environ, start_response)
        start_response(answer[0], answer[1])
        return [body]

    def _say_missing(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        kind, body = _missing(environ)
        named = [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-ErrorType", _MISSING)]
        start_response("501 Not Implemented", named)
        return [body]


class MetricReads:
    """A WSGI application that answers GetMetricData from the index itself: moto would walk each point in Python."""

    target = "GraniteServiceVersion20100801.GetMetricData"

    def __init__(self, app: Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request; all but a valid GetMetricData of the seeded account goes on to moto."""
        if environ.get("HTTP_X_AMZ_TARGET") == self.target:
            sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(sent)
            found = self._answer(environ.get("HTTP_AUTHORIZATION", ""), sent)
            if found is not None:
                named = [("Content-Type", "application/x-amz-json-1.0"), ("Content-Length", str(len(found)))]
                start_response("200 OK", named)
                return [found]
        return self.app(environ, start_response)

    def _answer(self, authorization: str, sent: bytes) -> bytes | None:
        try:
            key, _, region = authorization.partition("Credential=")[2].split("/")[:3]
            backend = cloudwatch_backends[get_account_id_from(key)][region]
            asked = json.loads(sent)
            if not isinstance(backend, IndexedCloudWatch):
                return None
            queries, times = asked["MetricDataQueries"], (float(asked["StartTime"]), float(asked["EndTime"]))
            results = backend.answer(queries, *times, asked.get("ScanBy"))
        except (KeyError, TypeError, ValueError, ValidationError):
            return None  # moto says what is wrong with it
        return json.dumps({"MetricDataResults": results, "Messages": []}).encode()


class _Handler(MotoRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the account lives in memory, its log helps nobody."""


class _Server(ThreadedWSGIServer):
    daemon_threads = True


@contextmanager
def served(host: str, port: int) -> Iterator[str]:
    """Serve until the block ends; yields the endpoint's URL. Raises MachineProblem when the port can't be had.

    The socket is bound before the thread starts, so that a failure is seen and nothing waits for it.
    """
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise MachineProblem(
            what="the embedded account was not started",
            why=f"no port could be had on {host}:{port}: {error.strerror}",
            fix="end the program that holds the port, or leave the port out to take any free one",
        ) from error
    with listener:
        app = Gaps(FunctionUrls(MetricReads(_Services(create_backend_app))))
        server = _Server(host, port, app, handler=_Handler, fd=listener.fileno())
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True, name="aimigrate-demo")
        thread.start()
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
