"""What a task definition says: accelerators asked for, the image of the model, size, tags."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aimigrate.assess._found import tags_of
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._signs import signs_of_a_model

_UNITS_PER_VCPU = 1024
_MIB_PER_GIB = 1024
_ACCELERATORS = ("GPU", "InferenceAccelerator")  # ResourceRequirement.type (ECS API reference, read 2026-11)
_NEURON = "/dev/neuron"  # a Neuron device is passed as a Linux device (ECS developer guide, Neuron, read 2026-11)


@dataclass(frozen=True)
class Definition:
    """One revision of a task definition, or nothing known of it."""

    gpus: float = 0.0
    image: str | None = None
    vcpus: float | None = None
    memory_gib: float | None = None
    fargate: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    known: bool = False

    def signs(self, name: str, tags: dict[str, str]) -> tuple[str, ...]:
        """Return what speaks for a model, none where only a name does and no accelerator is asked for."""
        signs = signs_of_a_model(name, {**self.tags, **tags}, self.image)
        return signs if self.gpus or any(not sign.startswith("name ") for sign in signs) else ()


UNKNOWN = Definition()


def family_of(definition: str) -> str:
    """Return the family of a definition's ARN or name."""
    return definition.rsplit("/", 1)[-1].rpartition(":")[0] or definition.rsplit("/", 1)[-1]


def read_definitions(reader: Reader, names: Iterable[str]) -> dict[str, Definition]:
    """Describe each revision once, with its tags; one that may not be read or went is unknown."""
    wanted = sorted({name for name in names if name})
    asked = [(name.rsplit("/", 1)[-1], {"taskDefinition": name, "include": ["TAGS"]}) for name in wanted]
    answers = reader.many("ecs", "describe_task_definition", asked)
    return {name: _definition(answer) for name, answer in zip(wanted, answers, strict=True) if answer}


def _definition(answer: Item) -> Definition:
    told: Item = answer.get("taskDefinition") or {}
    containers: Sequence[Item] = told.get("containerDefinitions") or ()
    cpu, memory = told.get("cpu"), told.get("memory")
    return Definition(
        gpus=sum(_gpus(container) for container in containers),
        image=_image(containers),
        vcpus=float(cpu) / _UNITS_PER_VCPU if cpu else None,
        memory_gib=float(memory) / _MIB_PER_GIB if memory else None,
        fargate="FARGATE" in (told.get("requiresCompatibilities") or ()),
        tags=tags_of(answer.get("tags"), "key", "value"),
        known=True,
    )


def _gpus(container: Item) -> float:
    asked = sum(
        float(requirement["value"])
        for requirement in container.get("resourceRequirements") or ()
        if requirement.get("type") in _ACCELERATORS and requirement["value"].isdigit()
    )
    devices = (container.get("linuxParameters") or {}).get("devices") or ()
    return asked + sum(str(device.get("hostPath", "")).startswith(_NEURON) for device in devices)


def _image(containers: Sequence[Item]) -> str | None:
    """Return the image of the container that asks for an accelerator, else of the first."""
    asking = [container for container in containers if _gpus(container)]
    return next((str(container["image"]) for container in (*asking, *containers) if container.get("image")), None)
