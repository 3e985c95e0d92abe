"""What properties a resource type takes, read from the installed `pulumi_aws`, and whether given ones fit."""

import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from inspect import Parameter, isclass, signature
from typing import Any, ForwardRef, get_args, get_origin

from pulumi._types import (  # the SDK's own reading of generated classes; it has no public name
    input_type_py_to_pulumi_names,
    is_input_type,
)

PROVIDER = "pulumi:providers:aws"
UNKNOWN = (
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # stands for a value not known before `up` (pulumi sdk/v3, plugin/rpc.go)
)


@dataclass(frozen=True)
class Failure:
    """One property that the real provider would refuse, and why."""

    path: str
    reason: str


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@cache
def args_class(token: str) -> type:
    """Return the Args class of a token: `aws:s3/bucket:Bucket` is pulumi_aws.s3.bucket.BucketArgs."""
    if token == PROVIDER:
        return typing.cast("type", import_module("pulumi_aws.provider").ProviderArgs)
    _, module, name = token.split(":")
    found = import_module("pulumi_aws." + _snake(module).replace("/", "."))
    # where a nested type has the plain name already, the generator calls the resource's own <Name>InitArgs
    return typing.cast("type", getattr(found, f"{name}InitArgs", None) or getattr(found, f"{name}Args"))


@dataclass(frozen=True)
class Property:
    """A property's wire name, its type as annotated, whether it must be given, and where its names resolve."""

    name: str
    annotation: Any
    required: bool
    module: str


@cache
def properties(owner: type) -> Mapping[str, Property]:
    """Map wire names to the properties of an Args class."""
    names = input_type_py_to_pulumi_names(owner)
    found = {}
    for python_name, parameter in list(signature(owner).parameters.items()):
        if python_name in names:
            wire = names[python_name]
            required = parameter.default is Parameter.empty
            found[wire] = Property(wire, parameter.annotation, required, owner.__module__)
    return found


def failures(token: str, given: Mapping[str, Any]) -> list[Failure]:
    """List what the real provider would refuse: an unknown name, a missing value, a wrong type."""
    return list(_object_failures(args_class(token), given, ""))


def _object_failures(owner: type, given: Mapping[str, Any], path: str) -> Iterator[Failure]:
    known = properties(owner)
    for name in sorted(given.keys() - known.keys()):
        yield Failure(f"{path}{name}", f"is not a property of {owner.__name__.removesuffix('Args')}")
    for name, item in known.items():
        value = given.get(name)
        if value is None:
            if item.required:
                yield Failure(f"{path}{name}", "is required and was not given")
        else:
            yield from _value_failures(item.annotation, value, f"{path}{name}", item.module)


def _value_failures(annotation: Any, value: Any, path: str, module: str) -> Iterator[Failure]:  # noqa: ANN401  # any annotation, any value
    if value == UNKNOWN:
        return
    kinds = list(_kinds(annotation, module))
    problems = [list(_kind_failures(kind, value, path, module)) for kind in kinds]
    if problems and all(problems):
        yield from min(problems, key=len)


def _kind_failures(kind: Any, value: Any, path: str, module: str) -> Iterator[Failure]:  # noqa: ANN401  # as above
    if get_origin(kind) is not None:
        yield from _container_failures(kind, value, path, module)
    elif isclass(kind) and is_input_type(kind):
        if isinstance(value, dict):
            yield from _object_failures(kind, value, f"{path}.")
        else:
            yield Failure(path, f"must be an object, not {_word(value)}")
    elif kind is not Any and not _scalar_fits(kind, value):
        yield Failure(path, f"must be {_name_of(kind)}, not {_word(value)}")


def _container_failures(kind: Any, value: Any, path: str, module: str) -> Iterator[Failure]:  # noqa: ANN401  # as above
    inner = get_args(kind)
    if len(inner) == 1:
        if not isinstance(value, list):
            yield Failure(path, f"must be a list, not {_word(value)}")
            return
        for index, item in enumerate(value):
            yield from _value_failures(inner[0], item, f"{path}[{index}]", module)
        return
    if not isinstance(value, dict):
        yield Failure(path, f"must be a map, not {_word(value)}")
        return
    for key, item in value.items():
        yield from _value_failures(inner[1], item, f"{path}[{key!r}]", module)


def _scalar_fits(kind: Any, value: Any) -> bool:  # noqa: ANN401  # as above
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is int:
        return isinstance(value, (int, float)) and float(value).is_integer()
    if kind is float:
        return isinstance(value, (int, float))
    if kind is str or (isclass(kind) and issubclass(kind, Enum)):
        return isinstance(value, str)
    return True


def _kinds(annotation: Any, module: str) -> Iterator[Any]:  # noqa: ANN401  # as above
    """Take Input[], Optional[] and forward references apart; what is left are types a value can have."""
    if isinstance(annotation, (str, ForwardRef)):
        name = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        if name.startswith(("Output", "pulumi.Output")):
            return
        yield from _kinds(_resolve(name, module), module)
    elif get_origin(annotation) is typing.Union:
        for part in get_args(annotation):
            yield from _kinds(part, module)
    elif annotation is type(None) or _is_pending(annotation):
        return
    elif not (isclass(annotation) and issubclass(annotation, dict)):  # an ArgsDict repeats its Args class
        yield annotation


def _is_pending(annotation: Any) -> bool:  # noqa: ANN401  # as above
    origin = str(get_origin(annotation))
    return "Awaitable" in origin or "Output" in origin


def _resolve(name: str, module: str) -> Any:  # noqa: ANN401  # whatever the module calls by this name
    """Find a name as the generated module sees it; its dotted form lies in another module."""
    found: Any = import_module(module)
    for part in name.removeprefix("pulumi.").split("."):
        found = getattr(found, part, None)
    return Any if found is None else found


def _name_of(kind: Any) -> str:  # noqa: ANN401  # as above
    words = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}
    return words.get(kind, f"one of {getattr(kind, '__name__', kind)}")


def _word(value: Any) -> str:  # noqa: ANN401  # as above
    words = {str: "a string", int: "a number", float: "a number", bool: "true or false", list: "a list", dict: "a map"}
    return words.get(type(value), type(value).__name__)
