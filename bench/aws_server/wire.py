"""Write answers in the protocol that each service speaks: XML (ec2, query), JSON, and CBOR (Smithy RPC v2)."""

import json
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape

from bench.aws_server import cbor

REQUEST_ID = "00000000-0000-4000-8000-000000000000"
CONTENT_TYPES = {
    "ec2": b"text/xml;charset=UTF-8",
    "query": b"text/xml",
    "json": b"application/x-amz-json-1.1",
    "rest-json": b"application/json",
    "cbor": b"application/cbor",
}
_SESSION = botocore.session.Session()


@cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's model of a service, which says how its answers are spelled."""
    return _SESSION.get_service_model(service)


@cache
def operation_model(service: str, operation: str) -> OperationModel | None:
    """Return the model of an operation, None where the service has no such operation."""
    model = service_model(service)
    return model.operation_model(operation) if operation in model.operation_names else None


def xml(shape: Shape, value: Any, name: str) -> str:  # noqa: ANN401  # as boto3
    """Return one element, named as botocore's parser looks for it."""
    if shape.type_name == "structure":
        inner = "".join(
            xml(member, value[key], member.serialization.get("name", key))
            for key, member in shape.members.items()  # type: ignore[attr-defined]  # a structure has members
            if value.get(key) is not None
        )
    elif shape.type_name == "list":
        item = shape.member.serialization.get("name", "member")  # type: ignore[attr-defined]  # a list has a member
        inner = "".join(xml(shape.member, one, item) for one in value)  # type: ignore[attr-defined]  # as above
    elif shape.type_name == "map":
        inner = "".join(
            f"<entry><key>{escape(str(key))}</key>{xml(shape.value, one, 'value')}</entry>"  # type: ignore[attr-defined]  # a map has a value
            for key, one in value.items()
        )
    else:
        inner = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{inner}</{name}>"


def _xml_ends(service: str, operation: str, protocol: str) -> tuple[str, str]:
    namespace = f"http://{service}.amazonaws.com/doc/{service_model(service).api_version}/"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{operation}Response xmlns="{namespace}">'
    if protocol == "ec2":
        return f"{head}<requestId>{REQUEST_ID}</requestId>", f"</{operation}Response>"
    model = operation_model(service, operation)
    shape = model.output_shape if model else None
    wrapper = shape.serialization.get("resultWrapper", "") if shape is not None else ""
    metadata = f"<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>"
    tail = f"{metadata}</{operation}Response>"
    return (f"{head}<{wrapper}>", f"</{wrapper}>{tail}") if wrapper else (head, tail)


def whole(service: str, operation: str, protocol: str, value: dict[str, Any]) -> bytes:
    """Return a whole answer."""
    if protocol == "cbor":
        return cbor.dumps(value)
    if protocol in ("json", "rest-json"):
        return json.dumps(value, separators=(",", ":")).encode()
    head, tail = _xml_ends(service, operation, protocol)
    model = operation_model(service, operation)
    shape = model.output_shape if model else None
    body = "" if shape is None else xml(shape, value, "x")[3:-4]
    return f"{head}{body}{tail}".encode()


def piece(service: str, operation: str, key: str, value: dict[str, Any]) -> bytes:
    """Return one member of the list `key` of an operation's answer, to be joined with others by `page`."""
    model = service_model(service)
    if model.metadata["protocol"] not in ("ec2", "query"):
        return json.dumps(value, separators=(",", ":")).encode()
    shape = model.operation_model(operation).output_shape.members[key]
    return xml(shape.member, value, shape.member.serialization.get("name", "member")).encode()


def page(service: str, operation: str, protocol: str, *, key: str, pieces: list[bytes], more: dict[str, str]) -> bytes:
    """Return an answer that holds these members in its list `key`, and the texts `more`."""
    if protocol in ("json", "rest-json"):
        rest = "".join(f",{json.dumps(name)}:{json.dumps(text)}" for name, text in more.items())
        return b'{"%b":[%b]%b}' % (key.encode(), b",".join(pieces), rest.encode())
    members = service_model(service).operation_model(operation).output_shape.members
    head, tail = _xml_ends(service, operation, protocol)
    name = members[key].serialization.get("name", key)
    rest = "".join(
        xml(members[other], text, members[other].serialization.get("name", other)) for other, text in more.items()
    )
    return b"%b<%b>%b</%b>%b%b" % (
        head.encode(),
        name.encode(),
        b"".join(pieces),
        name.encode(),
        rest.encode(),
        tail.encode(),
    )


def empty(service: str, operation: str, protocol: str) -> bytes:
    """Return the answer of a place that holds nothing: every list and map of the answer is there, and is empty."""
    model = operation_model(service, operation)
    shape = model.output_shape if model else None
    members = shape.members if shape is not None else {}
    plain: dict[str, Any] = {}
    for key, member in members.items():
        if member.type_name in ("list", "map"):
            plain[key] = [] if member.type_name == "list" else {}
    if protocol == "rest-json":
        plain = {members[key].serialization.get("name", key): value for key, value in plain.items()}
    return whole(service, operation, protocol, plain)


def refusal(protocol: str, code: str, message: str) -> bytes:
    """Return an error as the protocol spells it."""
    if protocol == "cbor":
        return cbor.dumps({"__type": code, "message": message})
    if protocol in ("json", "rest-json"):
        return json.dumps({"__type": code, "message": message}).encode()
    said = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if protocol == "ec2":
        text = f"<Response><Errors><Error>{said}</Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    else:
        error = f"<Error><Type>Sender</Type>{said}</Error>"
        text = f"<ErrorResponse>{error}<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    return text.encode()
