"""Lambda functions that run a model; an ordinary function is a resource, and no workload."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import plain_arn
from aimigrate.assess._arrivals import Arrivals, arrivals_of
from aimigrate.assess._found import Finding, Found, Link, Wanted, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._signs import signs_of_a_model
from aimigrate.assess._tags import TAGS_ACTION, tags_by_arn, tags_missing
from aimigrate.contracts.inventory import Compute, Missing, ModelFacts, Resource, Workload

_MIB_PER_GIB = 1024
_MIB_PER_VCPU = 1769  # at 1,769 MB a function has one vCPU (Lambda developer guide, memory, read 2026-11)
_MODEL_MEMORY_MIB = 1024  # a name alone is weak: below this neither a runtime nor its weights fit (ours, 2026-11)
_OFF = ("Deleting", "Disabled", "Disabling")
"""States of an event source mapping that takes nothing from its source (Lambda API reference, read 2026-11)."""


@dataclass(frozen=True)
class _Chosen:
    """A function that runs a model, and what says so."""

    function: Item
    tags: dict[str, str]
    described: Item | None
    """What GetFunction says of an image; None of code, whose answer would hold an address signed for a download."""
    image: str | None
    signs: tuple[str, ...]


@dataclass(frozen=True)
class _Around:
    """What is asked of each function that runs a model."""

    urls: list[Item]
    provisioned: list[Item]
    reserved: Item | None
    """What holds ReservedConcurrentExecutions, if any are reserved; None where it could not be read."""


@dataclass(frozen=True)
class Lambda:
    """Environment variables and code addresses are in AWS's answers, and are never kept.

    The least possible is one request for every 50 functions, one for every 100 tagged ones, one for each that is an
    image (only GetFunction names it), and where a function runs a model: one for every 100 event source mappings of
    the region, and three for the function (URLs, provisioned concurrency, reserved concurrency; two for an image).
    """

    name: str = "lambda"
    iam_actions: frozenset[str] = frozenset(
        {
            TAGS_ACTION,
            "lambda:GetFunction",
            "lambda:GetFunctionConcurrency",
            "lambda:ListEventSourceMappings",
            "lambda:ListFunctionUrlConfigs",
            "lambda:ListFunctions",
            "lambda:ListProvisionedConcurrencyConfigs",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield the functions with signs of a model, what feeds them, and every other function as a resource."""
        functions = sorted(
            reader.items("lambda", "list_functions", "Functions"), key=lambda item: str(item["FunctionName"])
        )
        if not functions:
            return
        tags = tags_by_arn(reader, ("lambda:function",))
        images = _images(reader, functions)
        chosen = []
        for function in functions:
            if reader.gone("lambda", "GetFunction", function["FunctionName"]):
                continue
            one = _chosen(function, tags.get(function["FunctionArn"], {}), images.get(function["FunctionArn"]))
            if one.signs:
                chosen.append(one)
            else:
                yield _ordinary(reader, function)
        if not chosen:
            return
        for one, around in zip(chosen, _around(reader, chosen), strict=True):
            if not reader.gone("lambda", "GetFunctionConcurrency", one.function["FunctionName"]):
                yield _found(reader, one, around, tags_missing(reader, tags, one.function["FunctionArn"]))
        yield from _feeding(reader, {str(one.function["FunctionArn"]) for one in chosen})


def _images(reader: Reader, functions: list[Item]) -> dict[str, Item]:
    """Return what GetFunction says of each function that is an image, by ARN."""
    named = [function for function in functions if function.get("PackageType") == "Image"]
    asked = [(str(function["FunctionName"]), {"FunctionName": function["FunctionName"]}) for function in named]
    answers = reader.many("lambda", "get_function", asked)
    return {f["FunctionArn"]: answer for f, answer in zip(named, answers, strict=True) if answer is not None}


def _chosen(function: Item, tags: dict[str, str], described: Item | None) -> _Chosen:
    image = (described or {}).get("Code", {}).get("ImageUri")
    return _Chosen(function, tags, described, image, _signs(function, tags, image))


def _signs(function: Item, tags: dict[str, str], image: str | None) -> tuple[str, ...]:
    signs = signs_of_a_model(function["FunctionName"], tags, image)
    accelerator = _accelerator_gib(function)
    if accelerator is not None:
        signs = (*signs, f"asks for an accelerator with {accelerator:g} GiB")
    strong = [sign for sign in signs if not sign.startswith("name ")]
    memory_mib = function.get("MemorySize") or 0
    if signs and (strong or memory_mib >= _MODEL_MEMORY_MIB):
        return (*signs, f"memory is {memory_mib} MiB")
    return ()


def _accelerator_gib(function: Item) -> float | None:
    size = (function.get("AcceleratorConfig") or {}).get("AcceleratorMemorySize")
    return None if size is None else float(size)


def _ordinary(reader: Reader, function: Item) -> Resource:
    facts = {"name": str(function["FunctionName"]), "memory_mib": str(function.get("MemorySize", ""))}
    return Resource(id=function["FunctionArn"], type="lambda:function", region=reader.region, facts=facts)


def _around(reader: Reader, chosen: list[_Chosen]) -> list[_Around]:
    """Ask each function that runs a model for its URLs and its concurrency, several at a time."""
    asked: list[Item] = [{"FunctionName": one.function["FunctionName"]} for one in chosen]
    urls = reader.many_items("lambda", "list_function_url_configs", "FunctionUrlConfigs", asked)
    provisioned = reader.many_items(
        "lambda",
        "list_provisioned_concurrency_configs",
        "ProvisionedConcurrencyConfigs",
        asked,
        optional=True,
    )
    code = [one for one in chosen if one.described is None]
    names = [str(one.function["FunctionName"]) for one in code]
    answers = reader.many("lambda", "get_function_concurrency", [(name, {"FunctionName": name}) for name in names])
    limits = dict(zip(names, answers, strict=True))
    return [
        _Around(ours, warm, limits.get(one.function["FunctionName"], (one.described or {}).get("Concurrency") or {}))
        for one, ours, warm in zip(chosen, urls, provisioned, strict=True)
    ]


def _feeding(reader: Reader, functions: set[str]) -> Iterator[Link]:
    """Yield what leads from each queue and stream to the functions that read it."""
    mappings = reader.items("lambda", "list_event_source_mappings", "EventSourceMappings")
    links = set()
    for mapping in mappings:
        target = plain_arn(str(mapping.get("FunctionArn", "")))
        source = _source(mapping)
        if target in functions and source is not None and mapping.get("State") not in _OFF:
            links.add(source.to(target))
    yield from sorted(links)


def _source(mapping: Item) -> Arrivals | None:
    """Describe what a mapping reads: a queue or stream of AWS, or a Kafka cluster of one's own."""
    inner = next(iter([*(mapping.get("Topics") or ()), *(mapping.get("Queues") or ())]), None)
    if mapping.get("EventSourceArn"):
        return arrivals_of(str(mapping["EventSourceArn"]), inner)
    own = mapping.get("EventSourceMappingArn") or mapping.get("UUID")
    return Arrivals(str(own), f"stream:{inner or 'kafka'}") if own else None


def _found(reader: Reader, chosen: _Chosen, around: _Around, missing: tuple[Missing, ...]) -> Found:
    function = chosen.function
    name, arn, memory_mib = function["FunctionName"], function["FunctionArn"], function["MemorySize"]
    least, most = _kept_warm(reader, around), (around.reserved or {}).get("ReservedConcurrentExecutions")
    return Found(
        Workload(
            id=workload_id("lambda_function", reader.region, name),
            kind="lambda_function",
            region=reader.region,
            name=name,
            arn=arn,
            resources=(arn,),
            tags=chosen.tags,
            compute=Compute(
                memory_gib=memory_mib / _MIB_PER_GIB,
                vcpus=memory_mib / _MIB_PER_VCPU,
                gpu_memory_gib=_accelerator_gib(function),
                min_count=least,
                max_count=most,
            ),
            triggers=("http:url",) if around.urls else (),
            model=ModelFacts(image=chosen.image, source="image_label" if chosen.image else None),
            signs=chosen.signs,
            missing=(*missing, *_unknown(reader, around, least)),
        ),
        _wanted(name),
    )


def _kept_warm(reader: Reader, around: _Around) -> int | None:
    """Return how many executions are kept ready; without any a function shrinks to nothing."""
    if not around.provisioned and reader.refused("lambda", "ListProvisionedConcurrencyConfigs"):
        return None
    return sum(int(one.get("RequestedProvisionedConcurrentExecutions") or 0) for one in around.provisioned)


def _unknown(reader: Reader, around: _Around, least: int | None) -> Iterator[Missing]:
    for what, operation, known in (
        ("compute.min_count", "ListProvisionedConcurrencyConfigs", least is not None),
        ("compute.max_count", "GetFunctionConcurrency", around.reserved is not None),
        ("triggers", "ListFunctionUrlConfigs", bool(around.urls)),
    ):
        why = reader.refused("lambda", operation)
        if why is not None and not known:
            yield Missing(what=what, reason=why, fix=f"allow lambda:{operation}; see the coverage")


def _wanted(name: str) -> tuple[Wanted, ...]:
    dimensions = (("FunctionName", name),)
    return (
        Wanted("concurrency_count", "Maximum", "AWS/Lambda", "ConcurrentExecutions", dimensions),
        Wanted("errors_count", "Sum", "AWS/Lambda", "Errors", dimensions),
        Wanted("latency_mean_ms", "Average", "AWS/Lambda", "Duration", dimensions),
        Wanted("latency_p50_ms", "p50", "AWS/Lambda", "Duration", dimensions),
        Wanted("latency_p99_ms", "p99", "AWS/Lambda", "Duration", dimensions),
        Wanted("requests_count", "Sum", "AWS/Lambda", "Invocations", dimensions),
    )


collector = Lambda()
