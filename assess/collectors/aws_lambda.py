"""Lambda functions that run a model; an ordinary function is no workload."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Found, Wanted, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._schedules import SCHEDULE_ACTIONS, schedules
from aimigrate.assess._signs import signs_of_a_model
from aimigrate.contracts.inventory import Compute, ModelFacts, Workload

_MIB_PER_GIB = 1024
_MIB_PER_VCPU = 1769  # at 1,769 MB a function has one vCPU (Lambda developer guide, memory, read 2026-11)
_MODEL_MEMORY_MIB = 1024  # a name alone is weak: below this neither a runtime nor its weights fit (ours, 2026-11)
_STREAMS = {"kinesis": "stream", "dynamodb": "stream", "kafka": "stream", "sqs": "queue", "mq": "queue"}


@dataclass(frozen=True)
class Lambda:
    """Environment variables are in AWS's answer, and are never kept."""

    name: str = "lambda"
    iam_actions: frozenset[str] = SCHEDULE_ACTIONS | {
        "lambda:GetFunction",
        "lambda:ListEventSourceMappings",
        "lambda:GetFunctionUrlConfig",
        "lambda:ListFunctions",
        "lambda:ListTags",
    }

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:  # noqa: ARG002  # one signature for all
        """Yield the functions with signs of a model, each with its signs."""
        functions = reader.items("lambda", "list_functions", "Functions")
        if not functions:
            return
        mappings = reader.items("lambda", "list_event_source_mappings", "EventSourceMappings")
        starts = schedules(reader, ("lambda",))
        for function in sorted(functions, key=lambda item: str(item["FunctionName"])):
            name, arn = function["FunctionName"], function["FunctionArn"]
            tagged = reader.one("lambda", "list_tags", named=name, Resource=arn)
            if reader.gone("lambda", "ListTags", name):
                continue
            tags = dict(sorted(((tagged or {}).get("Tags") or {}).items()))
            image = _image(reader, function)
            signs = _signs(function, tags, image)
            if signs:
                sources = [m["EventSourceArn"] for m in mappings if m["FunctionArn"] == arn and "EventSourceArn" in m]
                triggers = {_trigger(source) for source in sources} | set(starts.get(arn, ()))
                if reader.one("lambda", "get_function_url_config", named=name, may_be_none=True, FunctionName=name):
                    triggers.add("http:url")
                yield Found(
                    _workload(reader, function, tags=tags, image=image, signs=signs, triggers=tuple(sorted(triggers))),
                    _wanted(name),
                )


def _image(reader: Reader, function: Item) -> str | None:
    if function.get("PackageType") != "Image":
        return None
    name = function["FunctionName"]
    described = reader.one("lambda", "get_function", named=name, FunctionName=name)
    uri = (described or {}).get("Code", {}).get("ImageUri")
    return None if uri is None else str(uri)


def _signs(function: Item, tags: dict[str, str], image: str | None) -> tuple[str, ...]:
    signs = signs_of_a_model(function["FunctionName"], tags, image)
    strong = [sign for sign in signs if not sign.startswith("name ")]
    memory_mib = function.get("MemorySize") or 0
    if signs and (strong or memory_mib >= _MODEL_MEMORY_MIB):
        return (*signs, f"memory is {memory_mib} MiB")
    return ()


def _trigger(source_arn: str) -> str:
    service, name = source_arn.split(":")[2], source_arn.rsplit(":", 1)[-1]
    return f"{_STREAMS.get(service, 'stream')}:{name}"


def _workload(
    reader: Reader,
    function: Item,
    *,
    tags: dict[str, str],
    image: str | None,
    signs: tuple[str, ...],
    triggers: tuple[str, ...],
) -> Workload:
    memory_mib = function["MemorySize"]
    return Workload(
        id=workload_id("lambda_function", reader.region, function["FunctionName"]),
        kind="lambda_function",
        region=reader.region,
        name=function["FunctionName"],
        arn=function["FunctionArn"],
        resources=(function["FunctionArn"],),
        tags=tags,
        compute=Compute(memory_gib=memory_mib / _MIB_PER_GIB, vcpus=memory_mib / _MIB_PER_VCPU),
        triggers=triggers,
        model=ModelFacts(image=image, source="image_label" if image else None),
        signs=signs,
    )


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
