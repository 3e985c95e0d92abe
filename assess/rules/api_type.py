"""What kind of AWS resource it is: some have an end by their API, some answer callers."""

from dataclasses import dataclass

from aimigrate.assess.rules._base import Family, Potential, Rule, Side
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload, WorkloadKind

# Weights are ours; what each kind is for is AWS's word (SageMaker AI, Batch and ECS developer guides, read 2026-11).
_KINDS: dict[WorkloadKind, tuple[Side, float, str]] = {
    "sagemaker_endpoint": ("realtime", 2.0, "a real-time endpoint answers within 60 s or fails"),
    "sagemaker_serverless_endpoint": ("realtime", 1.5, "a serverless endpoint answers within 60 s or fails"),
    "sagemaker_async_endpoint": ("batch", 1.5, "an asynchronous endpoint queues requests, up to 1 h each"),
    "sagemaker_training": ("batch", 4.0, "a training job ends by itself and answers nobody"),
    "sagemaker_processing": ("batch", 4.0, "a processing job ends by itself and answers nobody"),
    "sagemaker_transform": ("batch", 4.0, "a transform job reads a data set and ends"),
    "sagemaker_tuning": ("batch", 4.0, "a tuning job starts training jobs and ends with the last of them"),
    "sagemaker_automl": ("batch", 4.0, "an AutoML job starts jobs and ends with the last of them"),
    "sagemaker_hyperpod": ("batch", 0.8, "a HyperPod cluster is made for training that runs for weeks"),
    "bedrock_model": ("realtime", 0.8, "a call to a model waits for its answer; batch inference is a job of its own"),
    "batch_queue": ("batch", 4.0, "a Batch queue holds jobs until there is room"),
    "ecs_service": ("realtime", 0.8, "an ECS service is kept running and replaced when it stops"),
    "ecs_task": ("batch", 1.0, "a task without a service is not replaced when it stops"),
}


@dataclass(frozen=True)
class ApiType:
    """An endpoint answers callers; a job ends by itself."""

    name: str = "api-type"
    family: Family = "interface"
    potentials: tuple[Potential, ...] = ()

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak by the kind of resource; an instance or a function may be either."""
        known = _KINDS.get(workload.kind)
        if known is None:
            return None
        leans, weight, why = known
        return Evidence(
            signal=self.name, value=workload.kind, leans=leans, weight=weight, detail=f"By AWS's documentation {why}."
        )


rule: Rule = ApiType()
