"""Read YAML or JSON into its values, each with the line it stands on."""

from dataclasses import dataclass
from typing import Any

import yaml

from aimigrate.rendering.renderer import AnsibleLoader

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Leaf:
    """One value with its type, and the line it stands on."""

    value: Any
    kind: str
    line: int

    def same(self, other: "Leaf") -> bool:
        """Whether two leaves are one value: type and value, whatever the layout."""
        return self.kind == other.kind and type(self.value) is type(other.value) and bool(self.value == other.value)


class Unreadable(ValueError):
    """Text that holds no single plain document: the line and what is wrong there."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.problem = line, problem


def leaves_of(content: bytes) -> dict[Where, Leaf]:
    """Return every value of one YAML or JSON document by its place.

    Raises Unreadable for text that is no YAML, for a key that stands twice, and for an alias (none
    of ours has one, and one can stand for very much).
    """
    try:
        text = content.decode("utf-8")
        for event in yaml.parse(text, Loader=AnsibleLoader):
            if isinstance(event, yaml.AliasEvent):
                raise Unreadable(event.start_mark.line + 1 if event.start_mark else 1, "an alias")
        root = yaml.compose(text, Loader=AnsibleLoader)
    except UnicodeDecodeError as error:
        raise Unreadable(content[: error.start].count(b"\n") + 1, "not UTF-8 text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(mark.line + 1 if mark else 1, "not YAML") from error
    found: dict[Where, Leaf] = {}
    if root is not None:
        _walk(root, (), found)
    return found


def _walk(node: yaml.Node, at: Where, found: dict[Where, Leaf]) -> None:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        found[at] = Leaf(_value(node), node.tag, line)
        return
    parts: list[tuple[str | int, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            word = str(key.value) if isinstance(key, yaml.ScalarNode) else "(no scalar)"
            if word in seen:
                raise Unreadable(key.start_mark.line + 1, "a key that stands twice")
            seen.add(word)
            parts.append((word, value))
    else:
        parts = list(enumerate(node.value))
    if not parts:
        found[at] = Leaf(None, f"empty {node.tag}", line)
    for name, value in parts:
        _walk(value, (*at, name), found)


def _value(node: yaml.ScalarNode) -> Any:  # noqa: ANN401  # any YAML scalar
    """Return a scalar's value; the text itself where its tag makes none."""
    if node.tag.startswith("tag:yaml.org,2002:"):
        try:
            return AnsibleLoader("").construct_object(node)
        except (yaml.YAMLError, ValueError):
            return node.value
    return node.value
