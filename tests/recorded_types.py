"""Instance types as DescribeInstanceTypes tells them (EC2 API reference, InstanceTypeInfo, read 2026-11)."""

from typing import Any


def _one_gpu(name: str, gpu: str, mib: int) -> dict[str, Any]:
    device = {"Name": gpu, "Manufacturer": "NVIDIA", "Count": 1, "LogicalGpuCount": 1, "GpuPartitionSize": 1.0}
    return {
        "InstanceType": name,
        "VCpuInfo": {"DefaultVCpus": 4},
        "MemoryInfo": {"SizeInMiB": 16384},
        "GpuInfo": {"Gpus": [{**device, "MemoryInfo": {"SizeInMiB": mib}}], "TotalGpuMemoryInMiB": mib},
    }


_NEURON = {"NeuronDevices": [{"Name": "Inferentia2", "Count": 1, "CoreInfo": {"Count": 2, "Version": 2}}]}
TYPES: dict[str, dict[str, Any]] = {
    "dl1.24xlarge": {
        "InstanceType": "dl1.24xlarge",
        "VCpuInfo": {"DefaultVCpus": 96},
        "MemoryInfo": {"SizeInMiB": 786432},
    },
    "g4dn.xlarge": _one_gpu("g4dn.xlarge", "T4", 16384),
    "g5.xlarge": _one_gpu("g5.xlarge", "A10G", 24576),
    "g6f.2xlarge": {
        "InstanceType": "g6f.2xlarge",
        "VCpuInfo": {"DefaultVCpus": 8},
        "MemoryInfo": {"SizeInMiB": 32768},
        "GpuInfo": {
            "Gpus": [{"Name": "L4", "Count": 0, "LogicalGpuCount": 1, "GpuPartitionSize": 0.25}],
            "TotalGpuMemoryInMiB": 5722,
        },
    },
    "inf2.xlarge": {
        "InstanceType": "inf2.xlarge",
        "VCpuInfo": {"DefaultVCpus": 4},
        "MemoryInfo": {"SizeInMiB": 16384},
        "NeuronInfo": {**_NEURON, "TotalNeuronDeviceMemoryInMiB": 32768},
    },
    "t3.small": {
        "InstanceType": "t3.small",
        "VCpuInfo": {"DefaultVCpus": 2},
        "MemoryInfo": {"SizeInMiB": 2048},
    },
}


def types(params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeInstanceTypes: a filter passes over a type that is not known."""
    wanted = params["Filters"][0]["Values"]
    return {"InstanceTypes": [TYPES[name] for name in wanted if name in TYPES]}
