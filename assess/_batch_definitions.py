"""What a Batch job definition asks for, in whichever of Batch's shapes it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aimigrate.assess._reading import Item

_MIB_PER_GIB = 1024
_NEURON = "/dev/neuron"  # a Neuron device is passed as a Linux device (Batch user guide, Neuron, read 2026-11)
_GPU_LIMITS = ("nvidia.com/gpu", "amd.com/gpu", "aws.amazon.com/neuron", "aws.amazon.com/neurondevice")
_MIB = {"Ki": 1 / 1024, "Mi": 1.0, "Gi": 1024.0, "K": 1e3 / 2**20, "M": 1e6 / 2**20, "G": 1e9 / 2**20}


@dataclass(frozen=True)
class Asked:
    """What one job asks for. None is unknown."""

    gpus: float | None = None
    vcpus: float | None = None
    memory_gib: float | None = None
    image: str | None = None
    nodes: int | None = None
    """How many instances a multi-node job runs on at once; None for a job on one."""
    instance_types: tuple[str, ...] = ()
    """Those that a multi-node definition names itself."""


def latest(revisions: Sequence[Item]) -> Item:
    """Return the latest revision, or nothing."""
    return max(revisions, key=lambda item: int(item.get("revision") or 0)) if revisions else {}


def asked_by(definition: Item) -> Asked:
    """Return what a definition, or a job as DescribeJobs shows it, asks for: its containers together."""
    nodes = definition.get("nodeProperties") or {}
    ranges: Sequence[Item] = nodes.get("nodeRangeProperties") or ()
    shapes = ranges or [definition]
    containers = [container for container in _containers(shapes[0]) if container]
    if not containers:
        return Asked()
    asking = [container for container in containers if _gpus(container)]
    vcpus = [value for container in containers if (value := _need(container, "VCPU")) is not None]
    memory = [value for container in containers if (value := _need(container, "MEMORY")) is not None]
    images = (str(container["image"]) for container in (*asking, *containers) if container.get("image"))
    named = {kind for one in ranges for kind in one.get("instanceTypes") or ()}
    named |= {container["instanceType"] for container in containers if container.get("instanceType")}
    return Asked(
        gpus=sum(_gpus(container) for container in containers) or None,
        vcpus=sum(vcpus) if vcpus else None,
        memory_gib=sum(memory) / _MIB_PER_GIB if memory else None,
        image=next(images, None),
        nodes=nodes.get("numNodes"),
        instance_types=tuple(sorted(str(kind) for kind in named)),
    )


def _containers(shape: Item) -> Iterator[Item]:
    """Yield the containers of a definition, of a job, or of one range of nodes."""
    yield shape.get("containerProperties") or shape.get("container") or {}
    for task in (shape.get("ecsProperties") or {}).get("taskProperties") or ():
        yield from task.get("containers") or ()
    yield from ((shape.get("eksProperties") or {}).get("podProperties") or {}).get("containers") or ()


def _gpus(container: Item) -> float:
    devices = (container.get("linuxParameters") or {}).get("devices") or ()
    return (_need(container, "GPU") or 0.0) + sum(str(one.get("hostPath", "")).startswith(_NEURON) for one in devices)


def _need(container: Item, what: str) -> float | None:
    """Return what a container asks for: in MiB for memory, whichever way it is written."""
    for requirement in container.get("resourceRequirements") or ():
        if requirement.get("type") == what:
            return float(requirement["value"])
    if "resources" in container:
        return _of_kubernetes(container["resources"], what)
    value = container.get({"VCPU": "vcpus", "MEMORY": "memory"}.get(what, ""))
    return float(value) if value else None


def _of_kubernetes(resources: Item, what: str) -> float | None:
    given = {**(resources.get("requests") or {}), **(resources.get("limits") or {})}
    if what == "GPU":
        counts = [float(given[name]) for name in _GPU_LIMITS if str(given.get(name, "")).isdigit()]
        return sum(counts) if counts else None
    value = str(given.get({"VCPU": "cpu", "MEMORY": "memory"}[what]) or "")
    if what == "VCPU" and value.endswith("m"):
        return _number(value[:-1], 1 / 1000)
    for suffix, scale in _MIB.items():
        if what == "MEMORY" and value.endswith(suffix):
            return _number(value.removesuffix(suffix), scale)
    return _number(value, 1.0 if what == "VCPU" else 1 / 2**20)


def _number(text: str, scale: float) -> float | None:
    try:
        return float(text) * scale
    except ValueError:
        return None
