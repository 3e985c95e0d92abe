"""ListFunctionUrlConfigs, which moto lacks, answered from moto's own functions."""

import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.iam.models import get_account_id_from

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATH = re.compile(r"/2021-10-31/functions/([^/]+)/urls")


class FunctionUrls:
    """A WSGI application that answers for the URLs of one function; all else goes on to moto."""

    def __init__(self, app: Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        asked = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        found = _urls(environ.get("HTTP_AUTHORIZATION", ""), unquote(asked[1])) if asked else None
        if found is None:
            return self.app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(found)))])
        return [found]


def _urls(authorization: str, function: str) -> bytes | None:
    try:
        key, _, region = authorization.partition("Credential=")[2].split("/")[:3]
        config = lambda_backends[get_account_id_from(key)][region].get_function(function).url_config
    except (KeyError, ValueError, UnknownFunctionException):
        return None  # moto says what is wrong with it
    return json.dumps({"FunctionUrlConfigs": [config.to_dict()] if config else []}).encode()
