"""The fast reading of XML gives what botocore's parsers give, whatever the answer."""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import botocore.session
import pytest
from botocore.model import ServiceModel
from botocore.parsers import EC2QueryParser, QueryParser, ResponseParserError
from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.assess._parsing import Parsers, moment
from aimigrate.assess.units import collectors

_SERVICES = ("ec2", "autoscaling", "elb", "elbv2", "sts", "iam", "rds", "cloudformation", "elasticache")
_MODELS = botocore.session.get_session()
_THEIRS = {"ec2": EC2QueryParser(timestamp_parser=moment), "query": QueryParser(timestamp_parser=moment)}
_OURS = {protocol: Parsers().create_parser(protocol) for protocol in _THEIRS}
_IAM = {"elasticloadbalancing": "elbv2"}
_DEPTH = 9
_TEXTS = ("", " ", "i-0a1", "größer & <so>", "\n two\nlines ", "x" * 50)
_NUMBERS = ("0", "-5", "1000000000")
_SCALARS = {
    "blob": ("aGVsbG8=",),
    "boolean": ("true", "false", "TRUE"),
    "double": _NUMBERS,
    "float": _NUMBERS,
    "integer": _NUMBERS,
    "long": _NUMBERS,
    "timestamp": ("2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00Z", "2026-11-20T12:00:00+02:00"),
}


@cache
def model(service: str) -> ServiceModel:
    """Return the model of a service, read once."""
    found: ServiceModel = _MODELS.get_service_model(service)
    return found


def operations(*services: str) -> list[tuple[str, str]]:
    """Return every operation of these services."""
    return [(service, name) for service in services for name in model(service).operation_names]


def asked_by_collectors() -> list[tuple[str, str]]:
    """Return each operation of a query service that a collector may call."""
    actions = sorted({action for one in collectors().values() for action in one.iam_actions})
    pairs = [(_IAM.get(service, service), name) for service, name in (action.split(":") for action in actions)]
    return [(service, name) for service, name in pairs if service in _SERVICES]


class Spelling:
    """Writes answers of any shape as XML: whole, with gaps, with elements twice, unknown, empty or out of order."""

    def __init__(self, chance: random.Random, *, odd: float) -> None:
        self._chance, self._odd = chance, odd

    def answer(self, service: str, name: str) -> bytes:
        """Return the body of an answer."""
        shape = model(service).operation_model(name).output_shape
        inner = "".join(self._members(shape, 0)) if shape else ""
        if shape is not None and "resultWrapper" in shape.serialization:
            wrapper = shape.serialization["resultWrapper"]
            inner = f"<{wrapper}>{inner}</{wrapper}><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
        space = self._chance.choice(["", ' xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"', ' xmlns="urn:other"'])
        return f"<{name}Response{space}>{inner}<requestId>r</requestId></{name}Response>".encode()

    def _rarely(self) -> bool:
        return self._chance.random() < self._odd

    def _members(self, shape: Any, depth: int) -> Iterator[str]:  # noqa: ANN401  # shapes of every type
        parts = [part for name, member in shape.members.items() for part in self._member(name, member, depth)]
        if self._rarely():
            parts.append("<!-- said --><neverHeardOf>1</neverHeardOf>")
        if self._rarely():
            self._chance.shuffle(parts)
        yield from parts

    def _member(self, name: str, shape: Any, depth: int) -> Iterator[str]:  # noqa: ANN401  # shapes of every type
        if depth > _DEPTH or self._chance.random() < 0.1 + 0.08 * depth:
            return
        element = shape.serialization.get("name", name)
        if shape.type_name == "list" and shape.serialization.get("flattened"):
            element = shape.member.serialization.get("name", element)
            for _ in range(self._chance.randint(0, 3)):
                yield self._element(element, shape.member, depth)
            return
        yield self._element(element, shape, depth)
        if self._rarely() and shape.type_name in ("structure", "list"):
            yield self._element(element, shape, depth)

    def _element(self, name: str, shape: Any, depth: int) -> str:  # noqa: ANN401  # shapes of every type
        if self._rarely() and shape.type_name in ("structure", "list", "string", "boolean"):
            return f"<{name}/>"
        return f"<{name}>{self._content(shape, depth + 1)}</{name}>"

    def _content(self, shape: Any, depth: int) -> str:  # noqa: ANN401  # shapes of every type
        if shape.type_name == "structure":
            return "".join(self._members(shape, depth))
        if shape.type_name == "list":
            name = shape.member.serialization.get("name", "member")
            return "".join(self._element(name, shape.member, depth) for _ in range(self._chance.randint(0, 3)))
        if shape.type_name == "map":
            key, value = (one.serialization.get("name") for one in (shape.key, shape.value))
            pair = self._element(key or "key", shape.key, 99) + self._element(value or "value", shape.value, depth)
            return f"<entry>{pair}</entry>"
        return escape(self._chance.choice(_SCALARS.get(shape.type_name, _TEXTS)))


def parsed(parser: Any, service: str, name: str, body: bytes, status: int = 200) -> Any:  # noqa: ANN401  # any answer
    """Return what a parser makes of an answer, in order, or its error."""
    shape = model(service).operation_model(name).output_shape
    try:
        return in_order(parser.parse({"body": body, "headers": {}, "status_code": status}, shape))
    except (ResponseParserError, AttributeError, KeyError, TypeError, ValueError) as error:
        return type(error)


def in_order(value: Any) -> Any:  # noqa: ANN401  # any answer
    """Return a value in which the order of members counts too."""
    if isinstance(value, dict):
        return [(name, in_order(one)) for name, one in value.items()]
    return [in_order(one) for one in value] if isinstance(value, list) else value


def both(service: str, name: str, body: bytes, status: int = 200) -> tuple[Any, Any]:
    """Return what ours and what botocore's parser make of an answer."""
    protocol = model(service).metadata["protocol"]
    return parsed(_OURS[protocol], service, name, body, status), parsed(_THEIRS[protocol], service, name, body, status)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.sampled_from(asked_by_collectors()), st.sampled_from(operations(*_SERVICES))),
    st.randoms(use_true_random=False),
    st.sampled_from([0.0, 0.02, 0.2]),
)
def test_any_answer_is_parsed_as_botocore_does(which: tuple[str, str], chance: random.Random, odd: float) -> None:
    """Whatever comes, with gaps, doubles and strangers, the parsed answer is botocore's, its order included."""
    ours, theirs = both(*which, Spelling(chance, odd=odd).answer(*which))
    assert ours == theirs


@pytest.mark.parametrize(("service", "name"), asked_by_collectors())
def test_an_answer_that_a_collector_reads_is_parsed_as_botocore_does(service: str, name: str) -> None:
    """Each operation that is called: full answers, those with gaps, and the empty one."""
    for seed in range(10):
        spelling = Spelling(random.Random(seed), odd=0.05 * (seed % 2))  # noqa: S311  # no secret
        ours, theirs = both(service, name, spelling.answer(service, name))
        assert isinstance(theirs, list)
        assert ours == theirs
    ours, theirs = both(service, name, f"<{name}Response/>".encode())
    assert ours == theirs


ERRORS = {
    "ec2": b"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors>"
    b"<RequestID>r</RequestID></Response>",
    "query": b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>"
    b"<RequestId>r</RequestId></ErrorResponse>",
    "html": b"<html><body>Service Unavailable</body></html>",
    "cut off": b"<DescribeInstancesResponse><reservationSet><item>",
    "nothing": b"",
}


@pytest.mark.parametrize("body", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("status", [200, 400, 403, 503])
@pytest.mark.parametrize("which", [("ec2", "DescribeInstances"), ("autoscaling", "DescribeAutoScalingGroups")])
def test_an_error_is_parsed_as_botocore_does(which: tuple[str, str], status: int, body: bytes) -> None:
    """A refusal, a proxy's page, half an answer and none at all."""
    ours, theirs = both(*which, body, status)
    assert ours == theirs


def structure(**members: dict[str, Any]) -> dict[str, Any]:
    """Return a structure of a model."""
    return {"type": "structure", "members": members}


TEXT = {"shape": "Text"}
ODD_SHAPES = {
    "metadata": {"protocol": "query", "serviceId": "odd", "apiVersion": "1"},
    "operations": {"Ask": {"name": "Ask", "output": {"shape": "Out"}}},
    "shapes": {
        "Text": {"type": "string"},
        "Flat": {"type": "list", "flattened": True, "member": {**TEXT, "locationName": "one"}},
        "Bare": {"type": "list", "flattened": True, "member": TEXT},
        "Lists": {"type": "list", "member": {"shape": "Flat"}},
        "Pairs": {"type": "map", "flattened": True, "key": TEXT, "value": TEXT},
        "Either": {**structure(this=TEXT, that=TEXT), "union": True},
        "Marked": structure(kind={**TEXT, "xmlAttribute": True, "locationName": "x:kind"}, a=TEXT),
        "Sent": structure(id={**TEXT, "location": "header", "locationName": "id"}, a=TEXT),
        "Refusal": {**structure(message=TEXT), "exception": True},
        "Same": structure(a=TEXT, b={**TEXT, "locationName": "a"}),
        "Holder": structure(flat={"shape": "Flat"}, bare={"shape": "Bare"}, pairs={"shape": "Pairs"}),
        "Out": structure(
            **{
                name.lower(): {"shape": name}
                for name in ("Either", "Marked", "Sent", "Refusal", "Same", "Holder", "Lists")
            }
        ),
    },
}


@pytest.mark.parametrize(
    "inner",
    [
        "<holder><one>1</one></holder>",
        "<holder><one>1</one><one/><bare>2</bare><bare>3</bare></holder>",
        "<holder><pairs><key>k</key><value>v</value></pairs></holder>",
        "<holder><pairs><key>k</key><value>v</value></pairs><pairs><key>l</key><value/></pairs></holder>",
        "<lists><one>1</one><one/></lists>",
        "<either><this>1</this></either>",
        "<either><other>1</other></either>",
        "<either><this>1</this><that>2</that></either>",
        "<either/>",
        '<marked xmlns:x="urn:x" x:kind="k"><a>1</a></marked>',
        "<sent><id>1</id><a>2</a></sent>",
        "<refusal><message>m</message></refusal>",
        "<same><a>1</a></same>",
        "<same/><same><a>1</a></same>",
    ],
)
def test_a_shape_that_is_not_plain_is_parsed_as_botocore_does(inner: str) -> None:
    """Flattened lists and maps, unions, attributes, headers, errors, two members of one element."""
    shape = ServiceModel(ODD_SHAPES, "odd").operation_model("Ask").output_shape  # type: ignore[arg-type]  # as JSON
    response = {"body": f"<AskResponse>{inner}</AskResponse>".encode(), "headers": {}, "status_code": 200}

    def by(parser: Any) -> Any:  # noqa: ANN401  # any answer
        try:
            return in_order(parser.parse(response, shape))
        except ResponseParserError as error:
            return str(error)

    assert by(_OURS["query"]) == by(_THEIRS["query"])


@pytest.mark.parametrize("protocol", ["ec2", "query"])
def test_a_modeled_error_is_parsed_as_botocore_does(protocol: str) -> None:
    """An error with a shape of its own lies below its answer's root."""
    shape = ServiceModel(ODD_SHAPES, "odd").shape_for("Refusal")  # type: ignore[arg-type]  # as JSON
    error = "<Error><Code>Refusal</Code><message>m</message></Error>"
    whole = f"<Response><Errors>{error}</Errors></Response>" if protocol == "ec2" else error
    body = whole if protocol == "ec2" else f"<ErrorResponse>{whole}</ErrorResponse>"
    response = {"body": body.encode(), "headers": {}, "status_code": 400}
    assert _OURS[protocol].parse(response, shape) == _THEIRS[protocol].parse(response, shape) == {"message": "m"}


def test_structures_of_each_service_are_read_by_table() -> None:
    """The tables are used: were they not, all of the above would hold and nothing be faster."""
    parser: Any = Parsers().create_parser("ec2")
    for seed in range(10):
        body = Spelling(random.Random(seed), odd=0.0).answer("ec2", "DescribeInstances")  # noqa: S311  # no secret
        parsed(parser, "ec2", "DescribeInstances", body)
    read = {shape.name for shape, members in parser._tables.values() if members is not None}
    assert {"DescribeInstancesResult", "Reservation", "Instance"} <= read
    assert not [shape.name for shape, members in parser._tables.values() if members is None]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:00:00.000Z",
        "2026-11-20T11:00:00+01:00",
        "Fri, 20 Nov 2026 10:00:00 GMT",
        "1795168800",
        1795168800.0,
    ],
)
def test_a_time_is_read_as_utc(text: str | float) -> None:
    """However AWS writes it, and whatever the machine's zone."""
    assert moment(text).isoformat() == "2026-11-20T10:00:00+00:00"
