"""What an instance type holds: accelerators, their memory, vCPUs, memory. From DescribeInstanceTypes."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aimigrate.assess._reading import Item, Reader

_CHUNK = 100  # a filter takes 200 values; DescribeInstanceTypes answers at most 100 a page
_MIB_PER_GIB = 1024
_NAMES_A_TYPE = frozenset({"InstanceType", "SelectedInstanceType", "instanceType"})

# Families with a GPU, a Neuron chip or a Gaudi, where AWS can't be asked (EC2 user guide, accelerated computing
# instances, read 2026-11). Used only when DescribeInstanceTypes does not say; number and memory then stay unknown.
_ACCELERATED_FAMILIES: dict[str, str] = {
    "dl1": "Gaudi", "dl2q": "Qualcomm AI100", "g2": "K520", "g3": "M60", "g3s": "M60", "g4ad": "Radeon Pro V520",
    "g4dn": "T4", "g5": "A10G", "g5g": "T4g", "g6": "L4", "g6e": "L40S", "g6f": "L4", "g7": "RTX PRO 4500",
    "g7e": "RTX PRO Server 6000", "gr6": "L4", "gr6f": "L4", "inf1": "Inferentia", "inf2": "Inferentia2", "p2": "K80",
    "p3": "V100", "p3dn": "V100", "p4d": "A100", "p4de": "A100", "p5": "H100", "p5e": "H200", "p5en": "H200",
    "p6-b200": "B200", "p6-b300": "B300", "p6e-gb200": "GB200", "trn1": "Trainium", "trn1n": "Trainium",
    "trn2": "Trainium2", "trn2u": "Trainium2",
}  # fmt: skip


@dataclass(frozen=True)
class TypeFacts:
    """One instance type. None is unknown."""

    accelerator: str | None
    accelerators: float | None
    gpu_memory_gib: float | None
    vcpus: float | None
    memory_gib: float | None


def plain_type(instance_type: str) -> str:
    """Return the EC2 name of a type: SageMaker's `ml.g5.xlarge` is `g5.xlarge`."""
    return instance_type.removeprefix("ml.")


def types_named(value: Any) -> set[str]:  # noqa: ANN401  # any answer of AWS
    """Return the instance types that an answer names, however deep: to learn them all with one request."""
    if isinstance(value, dict):
        here = {one for key, one in value.items() if key in _NAMES_A_TYPE and isinstance(one, str) and "." in one}
        return here.union(*(types_named(one) for one in value.values() if isinstance(one, dict | list)))
    return set().union(*(types_named(one) for one in value)) if isinstance(value, list) else set()


def family_accelerator(instance_type: str) -> str | None:
    """Return what the family of a type holds by our table: of a type (`g5.xlarge`) or of a family (`g5`) alone."""
    return _ACCELERATED_FAMILIES.get(plain_type(instance_type).split(".")[0])


def _number(device: Item) -> float:
    """Return how many physical accelerators these are: an eighth of a GPU is 0.125."""
    share = device.get("GpuPartitionSize") or 1.0  # of a whole GPU, above 0 up to 1 (EC2 API reference, GpuDeviceInfo)
    if share < 1:
        return float(share) * (device.get("LogicalGpuCount") or device.get("Count") or 1)
    return float(device.get("Count") or 0)


def _of_devices(devices: list[Item], total_mib: float | None) -> tuple[str | None, float | None, float | None]:
    memory = total_mib / _MIB_PER_GIB if total_mib else None
    return devices[0].get("Name"), sum(_number(device) for device in devices) or None, memory


def _facts(described: Item) -> TypeFacts:
    gpu, neuron = described.get("GpuInfo"), described.get("NeuronInfo")
    other = described.get("InferenceAcceleratorInfo")
    name: str | None = None
    count: float | None = 0.0
    memory: float | None = None
    if gpu and gpu.get("Gpus"):
        name, count, memory = _of_devices(gpu["Gpus"], gpu.get("TotalGpuMemoryInMiB"))
    elif neuron and neuron.get("NeuronDevices"):
        name, count, memory = _of_devices(neuron["NeuronDevices"], neuron.get("TotalNeuronDeviceMemoryInMiB"))
    elif other and other.get("Accelerators"):
        name, count, memory = _of_devices(other["Accelerators"], other.get("TotalInferenceMemoryInMiB"))
    elif family_accelerator(described["InstanceType"]):  # AWS describes some chips under no member (Gaudi, AI 100)
        name, count = family_accelerator(described["InstanceType"]), None
    mib = described.get("MemoryInfo", {}).get("SizeInMiB")
    return TypeFacts(
        accelerator=name,
        accelerators=count,
        gpu_memory_gib=memory,
        vcpus=described.get("VCpuInfo", {}).get("DefaultVCpus"),
        memory_gib=mib / _MIB_PER_GIB if mib else None,
    )


class InstanceTypes:
    """The types of one region, each asked for once, whoever asks."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[str, TypeFacts | None] = {}
        self._lock = threading.Lock()

    def learn(self, instance_types: Iterable[str]) -> None:
        """Ask AWS about the types that are not known yet, many at a time."""
        with self._lock:
            wanted = sorted({plain_type(name) for name in instance_types} - self._known.keys())
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                # A filter passes over a type that this region does not know; naming it would fail the call.
                filters = [{"Name": "instance-type", "Values": chunk}]
                answers = self.reader.items("ec2", "describe_instance_types", "InstanceTypes", Filters=filters)
                found = {answer["InstanceType"]: _facts(answer) for answer in answers}
                self._known |= {name: found.get(name) for name in chunk}

    def facts(self, instance_type: str) -> TypeFacts | None:
        """Return what is known of a type, None if AWS had no answer."""
        self.learn([instance_type])
        return self._known[plain_type(instance_type)]

    def accelerator(self, instance_type: str) -> str | None:
        """Return the accelerator of a type, None for a type without one."""
        facts = self.facts(instance_type)
        if facts is not None:
            return facts.accelerator
        return family_accelerator(instance_type)
