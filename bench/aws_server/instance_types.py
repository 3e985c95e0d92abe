"""What DescribeInstanceTypes says of the types in the seeded accounts (EC2 instance types page, read 2026-11)."""

from typing import Any

# type: (vCPUs, memory MiB, (maker, name, count, MiB each) of GPUs or None)
_TYPES: dict[str, tuple[int, int, tuple[str, str, int, int] | None]] = {
    "g5.xlarge": (4, 16384, ("NVIDIA", "A10G", 1, 22888)),
    "g5.2xlarge": (8, 32768, ("NVIDIA", "A10G", 1, 22888)),
    "g5.12xlarge": (48, 196608, ("NVIDIA", "A10G", 4, 22888)),
    "g4dn.xlarge": (4, 16384, ("NVIDIA", "T4", 1, 15360)),
    "g4dn.2xlarge": (8, 32768, ("NVIDIA", "T4", 1, 15360)),
    "g6.2xlarge": (8, 32768, ("NVIDIA", "L4", 1, 22888)),
    "p3.2xlarge": (8, 62464, ("NVIDIA", "V100", 1, 16384)),
    "m5.xlarge": (4, 16384, None),
    "m6i.large": (2, 8192, None),
    "m6i.2xlarge": (8, 32768, None),
    "c6i.xlarge": (4, 8192, None),
    "r6i.xlarge": (4, 32768, None),
    "t3.medium": (2, 4096, None),
    "t3.large": (2, 8192, None),
}
_NEURON = {"inf2.xlarge": (4, 16384, "Inferentia2", 1, 32768)}


def instance_types() -> dict[str, dict[str, Any]]:
    """Return the description of each type by name."""
    found: dict[str, dict[str, Any]] = {}
    for name, (vcpus, memory_mib, gpu) in _TYPES.items():
        found[name] = _common(name, vcpus, memory_mib)
        if gpu:
            maker, model, count, each_mib = gpu
            device = {"Name": model, "Manufacturer": maker, "Count": count, "MemoryInfo": {"SizeInMiB": each_mib}}
            found[name]["GpuInfo"] = {"Gpus": [device], "TotalGpuMemoryInMiB": each_mib * count}
    for name, (vcpus, memory_mib, model, count, each_mib) in _NEURON.items():
        device = {
            "Name": model,
            "Count": count,
            "MemoryInfo": {"SizeInMiB": each_mib},
            "CoreInfo": {"Count": 2, "Version": 2},
        }
        neuron = {"NeuronDevices": [device], "TotalNeuronDeviceMemoryInMiB": each_mib * count}
        found[name] = {**_common(name, vcpus, memory_mib), "NeuronInfo": neuron}
    return found


def _common(name: str, vcpus: int, memory_mib: int) -> dict[str, Any]:
    return {
        "InstanceType": name, "CurrentGeneration": True, "BareMetal": False, "Hypervisor": "nitro",
        "SupportedUsageClasses": ["on-demand", "spot"], "SupportedRootDeviceTypes": ["ebs"],
        "ProcessorInfo": {"SupportedArchitectures": ["x86_64"], "SustainedClockSpeedInGhz": 2.5},
        "VCpuInfo": {"DefaultVCpus": vcpus, "DefaultCores": vcpus // 2, "DefaultThreadsPerCore": 2},
        "MemoryInfo": {"SizeInMiB": memory_mib}, "InstanceStorageSupported": False,
    }  # fmt: skip
