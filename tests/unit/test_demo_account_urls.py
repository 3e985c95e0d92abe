"""The URLs of functions in the embedded account, which moto can't list."""

import io
import json
import zipfile
from typing import Any

import boto3
import moto

from aimigrate.demo.seed_urls import FunctionUrls

REGION = "eu-central-1"
SIGNED = f"AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261120/{REGION}/lambda/aws4_request"


def listed(function: str) -> list[dict[str, Any]] | str:
    """Ask for the URLs of a function; what goes on to moto is said so."""
    status: list[str] = []
    app = FunctionUrls(lambda _environ, _start: [b'"moto"'])
    environ = {"PATH_INFO": f"/2021-10-31/functions/{function}/urls", "HTTP_AUTHORIZATION": SIGNED}
    body = b"".join(app(environ, lambda said, _: status.append(said)))  # type: ignore[arg-type]  # WSGI's writer is not used
    answer = json.loads(body)
    return str(answer) if isinstance(answer, str) else list(answer["FunctionUrlConfigs"])


def test_a_function_has_its_url_or_an_empty_list_and_another_is_motos() -> None:
    """What was created is listed; a function without one has none; of one that is not there moto says so."""
    with moto.mock_aws():
        role = boto3.client("iam", REGION).create_role(RoleName="role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        functions = boto3.client("lambda", REGION)
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("handler.py", "")
        for name in ("open", "closed"):
            functions.create_function(
                FunctionName=name,
                Role=role,
                Runtime="python3.12",
                Handler="handler.handle",
                Code={"ZipFile": code.getvalue()},
            )
        functions.create_function_url_config(FunctionName="open", AuthType="AWS_IAM")

        found = listed("open")

        assert [str(one["FunctionArn"]).rsplit(":", 1)[-1] for one in found if isinstance(one, dict)] == ["open"]
        assert listed("closed") == []
        assert listed("nobody") == "moto"
