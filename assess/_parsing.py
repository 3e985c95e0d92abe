"""Read the XML of EC2 and other query services with each structure's names worked out once, not for each element.

botocore's parsers do the rest, and all of a structure that is not plain: an error, a union, a flattened list or map,
an attribute, an element that comes twice. What comes out is equal to what botocore's parsers give.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.parsers import EC2QueryParser, QueryParser, ResponseParserFactory
from botocore.utils import parse_timestamp

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape
    from botocore.parsers import ResponseParser

_Read = Callable[[Any], Any]
_Members = tuple[tuple[str, str, _Read], ...]  # of each: its name, the name of its element, what reads that

_NAMES = frozenset({"name", "queryName"})  # what else a model says of a member's element is left to botocore


def moment(value: str | float) -> datetime:
    """Read a time as UTC. botocore turns each into local time, which takes most of reading a metric's points."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    if value[4:5] != "-":  # seconds, or a date in words
        return parse_timestamp(value).astimezone(UTC)
    try:
        at = datetime.fromisoformat(value)  # as AWS's XML and most of its JSON write it, ten times faster
    except ValueError:
        return parse_timestamp(value).astimezone(UTC)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


class _ByTable:
    """Comes before a parser of botocore: plain structures are read by a table of their members."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401  # as botocore
        super().__init__(**given)
        self._tables: dict[int, tuple[StructureShape, _Members | None]] = {}

    def _table(self, shape: "StructureShape") -> _Members | None:
        kept = self._tables.get(id(shape))
        if kept is None:
            kept = (shape, self._members(shape))  # the shape is kept, so that its id stays its own
            self._tables[id(shape)] = kept
        return kept[1]

    def _members(self, shape: "StructureShape") -> _Members | None:
        members = shape.members.items()
        if shape.metadata.get("exception") or shape.is_tagged_union or not all(_plain(one) for _, one in members):
            return None
        return tuple((name, one.serialization.get("name") or name, self._reader(one)) for name, one in members)

    def _reader(self, shape: Any) -> _Read:  # noqa: ANN401  # shapes of every type
        if shape.type_name == "string":
            return lambda node: node.text or ""
        if shape.type_name == "structure":
            return lambda node: self._handle_structure(shape, node)
        if shape.type_name == "list" and _plain(shape):
            one = self._reader(shape.member)
            return lambda node: [one(child) for child in node]
        return lambda node: self._parse_shape(shape, node)  # type: ignore[attr-defined]  # of botocore's parsers

    def _handle_structure(self, shape: "StructureShape", node: Any) -> Any:  # noqa: ANN401  # as botocore
        members = None if isinstance(node, list) else self._table(shape)
        if members is None:
            return super()._handle_structure(shape, node)  # type: ignore[misc]  # of botocore's parsers
        children = {child.tag[child.tag.rfind("}") + 1 :]: child for child in node}
        if len(children) < len(node):  # an element that comes twice
            return super()._handle_structure(shape, node)  # type: ignore[misc]  # of botocore's parsers
        return {name: read(children[element]) for name, element, read in members if element in children}


def _plain(shape: "Shape") -> bool:
    """Return whether a member is one element with a name."""
    return not any(said for what, said in shape.serialization.items() if what not in _NAMES)


class _Ec2(_ByTable, EC2QueryParser):
    """Of EC2."""


class _Query(_ByTable, QueryParser):
    """Of Auto Scaling, load balancers, STS."""


class Parsers(ResponseParserFactory):
    """What a session asks for parsers: those above, and botocore's own for other protocols. Times are in UTC."""

    def __init__(self) -> None:
        super().__init__()
        self.set_parser_defaults(timestamp_parser=moment)

    def create_parser(self, protocol_name: str) -> "ResponseParser":
        """Return the parser of a protocol."""
        if protocol_name == "ec2":
            return _Ec2(timestamp_parser=moment)
        if protocol_name == "query":
            return _Query(timestamp_parser=moment)
        return super().create_parser(protocol_name)
