"""Fill one template with one typed view, and prove that the result parses."""

from dataclasses import asdict, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aimigrate.rendering.quoting import ansible_value, yaml_comment, yaml_value


class AnsibleLoader(yaml.SafeLoader):
    """Reads YAML with Ansible's `!unsafe` strings, and makes no other object."""


def _unsafe(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    if not isinstance(node, yaml.ScalarNode):
        raise yaml.constructor.ConstructorError(None, None, "!unsafe on something that is no text", node.start_mark)
    return loader.construct_scalar(node)


AnsibleLoader.add_constructor("!unsafe", _unsafe)


def packaged(folder: str) -> Path:
    """Return a folder that ships with aimigrate: templates, stacks or playbooks."""
    return Path(str(files("aimigrate"))) / folder


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(packaged("templates")),
        undefined=StrictUndefined,
        finalize=yaml_value,
        autoescape=False,  # noqa: S701  # every value is quoted for YAML by finalize, HTML is not written here
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"unsafe": ansible_value, "comment": yaml_comment}
    return environment


def render_yaml(template: str, view: object) -> bytes:
    """Fill a template whose output is YAML. A value without a filter is quoted for YAML.

    Raises yaml.YAMLError when the result does not parse: then nothing of it may be written.
    """
    if not is_dataclass(view) or isinstance(view, type):
        raise TypeError(f"{template}: a template sees one typed view, not {type(view).__name__}")
    values: dict[str, Any] = asdict(view)
    text = _environment().get_template(template).render(**values)
    yaml.load(text, Loader=AnsibleLoader)  # noqa: S506  # a SafeLoader with one more string tag
    return text.encode()
