"""Spell an answer as a service's protocol does, from plain values shaped as boto3 returns them."""

import base64
import json
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel, Shape

_REQUEST_ID = "00000000-0000-4000-8000-000000000000"
_XML = ("ec2", "query")


def protocol_of(model: OperationModel) -> str:
    """Return the protocol that botocore parses the answer with."""
    service = model.service_model
    return str(getattr(service, "resolved_protocol", None) or service.protocol)


def spelled(model: OperationModel, value: dict[str, Any]) -> bytes:
    """Return the body of an answer."""
    protocol, shape = protocol_of(model), model.output_shape
    if protocol not in _XML:
        return json.dumps(_plain(shape, value, renamed=protocol == "rest-json")).encode()
    inner = "" if shape is None else _members(shape, value)
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    inner = f"<{wrapper}>{inner}</{wrapper}>" if wrapper else inner
    return f"<{model.name}Response>{inner}<RequestId>{_REQUEST_ID}</RequestId></{model.name}Response>".encode()


def refusal(model: OperationModel, code: str, message: str) -> bytes:
    """Return the body of an error."""
    protocol = protocol_of(model)
    if protocol not in _XML:
        return json.dumps({"__type": code, "message": message}).encode()
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    if protocol == "ec2":
        return f"<Response><Errors>{error}</Errors><RequestID>{_REQUEST_ID}</RequestID></Response>".encode()
    return f"<ErrorResponse>{error}<RequestId>{_REQUEST_ID}</RequestId></ErrorResponse>".encode()


def _plain(shape: Shape | None, value: Any, *, renamed: bool) -> Any:  # noqa: ANN401  # any value
    if shape is None:
        return {}
    if shape.type_name == "structure":
        members: dict[str, Shape] = shape.members  # type: ignore[attr-defined]  # a structure has members
        return {
            (members[key].serialization.get("name", key) if renamed else key): _plain(
                members[key], one, renamed=renamed
            )
            for key, one in value.items()
        }
    if shape.type_name == "list":
        return [_plain(shape.member, one, renamed=renamed) for one in value]  # type: ignore[attr-defined]  # a list
    if shape.type_name == "map":
        return {key: _plain(shape.value, one, renamed=renamed) for key, one in value.items()}  # type: ignore[attr-defined]  # a map
    if isinstance(value, datetime):
        textual = shape.serialization.get("timestampFormat") == "iso8601"
        return value.isoformat() if textual else value.timestamp()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _members(shape: Shape, value: dict[str, Any]) -> str:
    members: dict[str, Shape] = shape.members  # type: ignore[attr-defined]  # a structure has members
    return "".join(
        _element(members[key], one, members[key].serialization.get("name", key)) for key, one in value.items()
    )


def _element(shape: Shape, value: Any, name: str) -> str:  # noqa: ANN401  # any value
    if shape.type_name == "structure":
        inner = _members(shape, value)
    elif shape.type_name == "list":
        item: Shape = shape.member  # type: ignore[attr-defined]  # a list has a member
        inner = "".join(_element(item, one, item.serialization.get("name", "member")) for one in value)
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = escape(value.isoformat() if isinstance(value, datetime) else str(value))
    return f"<{name}>{inner}</{name}>"
