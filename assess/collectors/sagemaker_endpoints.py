"""SageMaker endpoints: real-time, asynchronous, serverless; one workload each, whatever its variants and components.

The least possible requests for E endpoints, I inference components, C configurations and M models in a region: each
list in pages of 100 (at least one), one Search for every 100 endpoints and for every 100 models, one
DescribeEndpointConfig a configuration in use, which Search does not know, and one DescribeInferenceComponent a
component. Search says the tags too. Where a Describe for each takes no more (one endpoint, one model in use), that is
asked, and one GetResources. Nothing is described twice, however many share it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Found, workload_id
from aimigrate.assess._instance_types import InstanceTypes, types_named
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._sagemaker_model import container_facts, is_multi_model, model_facts
from aimigrate.assess._sagemaker_search import ENDPOINTS, MODELS, SEARCH_ACTION, details, tags_told
from aimigrate.assess._sagemaker_variants import (
    Variant,
    compute_of_variants,
    kind_of,
    main_variant,
    variants_of,
    wanted_of,
)
from aimigrate.assess._tags import TAGS_ACTION, tags_missing, tags_of_arns
from aimigrate.contracts.inventory import Missing, ModelFacts, Resource, Workload

_PAGE = 100  # MaxResults of SageMaker's lists, 10 unless asked for (SageMaker API reference, read 2026-11)


@dataclass(frozen=True)
class SageMakerEndpoints:
    """Configuration, variants, components and model of each endpoint; configurations and models that none uses."""

    name: str = "sagemaker-endpoints"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "sagemaker:DescribeEndpoint",
            "sagemaker:DescribeEndpointConfig",
            "sagemaker:DescribeInferenceComponent",
            "sagemaker:DescribeModel",
            "sagemaker:ListEndpointConfigs",
            "sagemaker:ListEndpoints",
            "sagemaker:ListInferenceComponents",
            "sagemaker:ListModels",
            SEARCH_ACTION,
            TAGS_ACTION,
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found | Resource]:
        """Yield each endpoint; one that can't be described is yielded with what the list said."""
        region = _read(reader)
        types.learn(types_named([told for one in region.endpoints for told in (one.described, one.config)]))
        told = tags_told(ENDPOINTS, {endpoint.name: endpoint.described for endpoint in region.endpoints})
        tags = tags_of_arns(reader, [endpoint.arn for endpoint in region.endpoints], told)
        for endpoint in region.endpoints:
            found = _found(reader, types, region, endpoint)
            update = {
                "tags": tags.get(endpoint.arn, {}),
                "missing": (*found.workload.missing, *tags_missing(reader, tags, endpoint.arn)),
            }
            yield Found(found.workload.model_copy(update=update), found.wanted)
            yield _endpoint_row(reader, region, endpoint)
            for component, described in endpoint.components:
                yield _component_row(reader, component, described)
        yield from _rows(reader, region)


@dataclass(frozen=True)
class _Endpoint:
    """One endpoint as listed, with what could be described of it."""

    item: Item
    described: Item | None
    config: Item | None
    components: tuple[tuple[Item, Item | None], ...]
    variants: tuple[Variant, ...]

    @property
    def name(self) -> str:
        return str(self.item["EndpointName"])

    @property
    def arn(self) -> str:
        return str(self.item["EndpointArn"])

    @property
    def config_name(self) -> str | None:
        return (self.described or {}).get("EndpointConfigName")

    def models(self) -> set[str]:
        """Name each model that it serves."""
        specified = (_specification(described).get("ModelName") for _, described in self.components)
        return {name for name in (*(variant.model for variant in self.variants), *specified) if name}


@dataclass(frozen=True)
class _Region:
    """The endpoints of a region, and what they have in common."""

    endpoints: tuple[_Endpoint, ...]
    configs: dict[str, str]
    """ARN by name of every configuration, likewise of every model."""
    models: dict[str, str]
    described_models: dict[str, Item | None]
    config_users: Counter[str]
    """How many endpoints use each configuration, likewise each model."""
    model_users: Counter[str]


def _read(reader: Reader) -> _Region:
    listed = reader.items("sagemaker", "list_endpoints", "Endpoints", MaxResults=_PAGE)
    listed.sort(key=lambda item: str(item["EndpointName"]))
    parts = reader.items(
        "sagemaker", "list_inference_components", "InferenceComponents", optional=True, MaxResults=_PAGE
    )
    parts.sort(key=lambda item: str(item["InferenceComponentName"]))
    configs = reader.items("sagemaker", "list_endpoint_configs", "EndpointConfigs", MaxResults=_PAGE)
    models = reader.items("sagemaker", "list_models", "Models", MaxResults=_PAGE)
    endpoints = _describe(reader, listed, parts)
    main_models: dict[str, Item] = {name: {} for name in map(_main_model, endpoints) if name}
    return _Region(
        endpoints=endpoints,
        configs={item["EndpointConfigName"]: item["EndpointConfigArn"] for item in configs},
        models={item["ModelName"]: item["ModelArn"] for item in models},
        described_models=details(reader, MODELS, main_models, of=len(models)),
        config_users=Counter(one.config_name for one in endpoints if one.config_name),
        model_users=Counter(name for one in endpoints for name in one.models()),
    )


def _describe(reader: Reader, listed: list[Item], parts: list[Item]) -> tuple[_Endpoint, ...]:
    """Describe what the lists name; an endpoint or a component that went in between is left out."""
    described = details(reader, ENDPOINTS, {item["EndpointName"]: item for item in listed}, of=len(listed))
    here = [item for item in listed if not _gone(reader, "Endpoint", item["EndpointName"])]
    used = (one["EndpointConfigName"] for one in described.values() if one and one.get("EndpointConfigName"))
    configs = _described(reader, "endpoint_config", "EndpointConfigName", used)
    by_endpoint: dict[str, list[Item]] = {item["EndpointName"]: [] for item in here}
    for part in parts:
        by_endpoint.get(part["EndpointName"], []).append(part)
    mine = [part["InferenceComponentName"] for own in by_endpoint.values() for part in own]
    components = _described(reader, "inference_component", "InferenceComponentName", mine)
    found = []
    for item in here:
        answer = described[item["EndpointName"]]
        config = configs.get((answer or {}).get("EndpointConfigName") or "")
        own = tuple(
            (part, components[part["InferenceComponentName"]])
            for part in by_endpoint[item["EndpointName"]]
            if not _gone(reader, "InferenceComponent", part["InferenceComponentName"])
        )
        found.append(_Endpoint(item, answer, config, own, variants_of(answer, config)))
    return tuple(found)


def _described(reader: Reader, what: str, key: str, names: Iterable[str]) -> dict[str, Item | None]:
    wanted = sorted(set(names))
    answers = reader.many("sagemaker", f"describe_{what}", [(name, {key: name}) for name in wanted])
    return dict(zip(wanted, answers, strict=True))


def _gone(reader: Reader, what: str, name: str) -> bool:
    return reader.gone("sagemaker", f"Describe{what}", name)


def _main_component(endpoint: _Endpoint) -> Item:
    """Return the specification of the component with the most copies; an adapter is none, its base is."""
    own = [
        described
        for _, described in endpoint.components
        if described and not _specification(described).get("BaseInferenceComponentName")
    ]
    main = max(own, key=lambda one: (_copies(one), one["InferenceComponentName"]), default=None)
    return _specification(main)


def _copies(described: Item) -> int:
    return int(described.get("RuntimeConfig", {}).get("CurrentCopyCount", 0))


def _specification(described: Item | None) -> Item:
    given = described or {}
    first: Item = given.get("Specification") or next(iter(given.get("Specifications") or ()), {})
    return first


def _main_model(endpoint: _Endpoint) -> str | None:
    """Name the model that stands for the endpoint: of the variant, or the component, that gets most of the traffic."""
    main = main_variant(endpoint.variants)
    return (main.model if main else None) or _main_component(endpoint).get("ModelName")


def _found(reader: Reader, types: InstanceTypes, region: _Region, endpoint: _Endpoint) -> Found:
    kind = kind_of(endpoint.described, endpoint.config, endpoint.variants)
    compute, missing = compute_of_variants(types, kind, endpoint.variants)
    model, lacking = _model(reader, region, endpoint)
    components = tuple(component["InferenceComponentName"] for component, _ in endpoint.components)
    workload = Workload(
        id=workload_id(kind, reader.region, endpoint.name),
        kind=kind,
        region=reader.region,
        name=endpoint.name,
        arn=endpoint.arn,
        resources=_resources(region, endpoint),
        created_at=endpoint.item.get("CreationTime"),
        compute=compute,
        triggers=("queue",) if kind == "sagemaker_async_endpoint" else ("http",),
        model=model,
        missing=(*missing, *_undescribed(reader, endpoint), *lacking),
    )
    return Found(workload, wanted_of(kind, endpoint.name, endpoint.variants, components, compute))


def _undescribed(reader: Reader, endpoint: _Endpoint) -> tuple[Missing, ...]:
    if endpoint.described is not None and not endpoint.variants:
        status = endpoint.described.get("EndpointStatus", "in an unknown state")
        return (Missing(what="compute", reason=f"the endpoint is {status} and names no variant that runs"),)
    if endpoint.config is None:
        call = "DescribeEndpoint" if endpoint.described is None else "DescribeEndpointConfig"
        why = reader.refused("sagemaker", call) or "the endpoint was not described"
        return (Missing(what="compute", reason=why, fix=f"allow sagemaker:{call}"),)
    return ()


def _model(reader: Reader, region: _Region, endpoint: _Endpoint) -> tuple[ModelFacts, tuple[Missing, ...]]:
    name, container = _main_model(endpoint), _main_component(endpoint).get("Container")
    if name is not None:
        return model_facts(reader, name, region.described_models)
    if container:  # a component may name its image and weights itself, without a model
        image = container.get("DeployedImage", {}).get("SpecifiedImage")
        given = {"Image": image, "ModelDataUrl": container.get("ArtifactUrl")}
        return container_facts(reader, "", given).model_copy(update={"name": None}), ()
    return ModelFacts(), ()


def _resources(region: _Region, endpoint: _Endpoint) -> tuple[str, ...]:
    """Return what belongs to this endpoint: a configuration or a model only where no other endpoint uses it."""
    own = {endpoint.arn, *(component["InferenceComponentArn"] for component, _ in endpoint.components)}
    if endpoint.config_name in region.configs and region.config_users[endpoint.config_name] == 1:
        own.add(region.configs[endpoint.config_name])
    own |= {
        region.models[name] for name in endpoint.models() if name in region.models and region.model_users[name] == 1
    }
    return tuple(sorted(own))


def _endpoint_row(reader: Reader, region: _Region, endpoint: _Endpoint) -> Resource:
    scaled = {variant.name: variant.scaling for variant in endpoint.variants if variant.scaling}
    facts = {
        "status": (endpoint.described or endpoint.item).get("EndpointStatus"),
        "variants": ", ".join(variant.name for variant in endpoint.variants if not variant.shadow),
        "shadow_variants": ", ".join(variant.name for variant in endpoint.variants if variant.shadow),
        "managed_scaling": ", ".join(f"{name} {low} to {high}" for name, (low, high) in scaled.items()),
        "models": ", ".join(sorted(endpoint.models())),
        "mode": "MultiModel" if is_multi_model(region.described_models.get(_main_model(endpoint) or "")) else "",
    }
    return _row(reader, endpoint.arn, "endpoint", facts)


def _component_row(reader: Reader, component: Item, described: Item | None) -> Resource:
    specification, runs = _specification(described), (described or {}).get("RuntimeConfig", {})
    needs = specification.get("ComputeResourceRequirements", {})
    facts = {
        "endpoint": component["EndpointName"],
        "variant": component["VariantName"],
        "status": component.get("InferenceComponentStatus"),
        "model": specification.get("ModelName"),
        "base": specification.get("BaseInferenceComponentName"),
        "copies": runs.get("CurrentCopyCount"),
        "copies_wanted": runs.get("DesiredCopyCount"),
        "accelerators_per_copy": needs.get("NumberOfAcceleratorDevicesRequired"),
        "cpu_cores_per_copy": needs.get("NumberOfCpuCoresRequired"),
        "memory_mib_per_copy": needs.get("MinMemoryRequiredInMb"),
    }
    return _row(reader, component["InferenceComponentArn"], "inference-component", facts)


def _rows(reader: Reader, region: _Region) -> Iterator[Resource]:
    """Yield every configuration and every model, with how many endpoints use it."""
    for name, arn in sorted(region.configs.items()):
        yield _row(reader, arn, "endpoint-config", {"endpoints": region.config_users[name]})
    for name, arn in sorted(region.models.items()):
        yield _row(reader, arn, "model", {"endpoints": region.model_users[name]})


def _row(reader: Reader, arn: str, what: str, facts: dict[str, object]) -> Resource:
    said = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in facts.items()}
    known = {name: said[name] for name, value in facts.items() if value not in (None, "")}
    return Resource(id=arn, type=f"sagemaker:{what}", region=reader.region, facts=known)


collector = SageMakerEndpoints()
