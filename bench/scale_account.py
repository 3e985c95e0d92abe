"""A made-up organization of any size: workloads as they come, each with its demand summed up to a day of hours.

Seeded: the same count gives the same workloads. Shares of kinds, models and gaps are made up, to be as varied as an
account is; nothing here is a measurement of any.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from aimigrate.contracts.inventory import Compute, Coverage, Inventory, ModelFacts, Series, Workload, WorkloadKind

START = datetime(2026, 11, 1, tzinfo=UTC)
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-northeast-1")
_KINDS: tuple[tuple[WorkloadKind, str, str, int], ...] = (
    ("sagemaker_endpoint", "ml.g5.xlarge", "A10G", 1),
    ("sagemaker_endpoint", "ml.g4dn.xlarge", "T4", 1),
    ("sagemaker_async_endpoint", "ml.g5.2xlarge", "A10G", 1),
    ("ec2_asg", "g5.12xlarge", "A10G", 4),
    ("ec2_instance", "g6.xlarge", "L4", 1),
    ("ecs_service", "g4dn.xlarge", "T4", 1),
    ("batch_queue", "g4dn.2xlarge", "T4", 1),
    ("sagemaker_training", "ml.p3.2xlarge", "V100", 1),
)
_MODELS = ("resnet50", "bert-99", "yolov8n", "yolov8s", "llama-3.1-8b", "whisper-small", None)


def account(count: int, seed: int = 7) -> Inventory:
    """Return an inventory of `count` workloads, read as collectors do: kind by kind, region by region."""
    return Inventory(
        account_id="123456789012",
        source="observations",
        collected_at=START,
        lookback_days=14,
        regions=REGIONS,
        workloads=tuple(_workloads(count, np.random.default_rng(seed))),
        coverage=Coverage(),
    )


def _workloads(count: int, random: np.random.Generator) -> Iterator[Workload]:
    hours = np.arange(24)
    places = [(read, region) for read in sorted(_KINDS) for region in sorted(REGIONS)]
    for number in range(count):
        (kind, instance, accelerator, per), region = places[number * len(places) // count]
        family = _MODELS[random.integers(len(_MODELS))]
        mean = float(np.exp(random.normal(1.0, 2.0)))
        day = mean * (1 + random.uniform(0, 0.9) * np.sin((hours - random.integers(24)) / 24 * 2 * np.pi))
        used = np.clip(random.normal(20, 15) + day / day.max() * 30, 0, 100)
        yield Workload(
            id=f"{kind}:{region}:w-{number:06}",
            kind=kind,
            region=region,
            name=f"w-{number:06}",
            tags={"team": f"team-{number % 97}", "environment": "production"},
            compute=Compute(
                instance_type=instance,
                instance_count=float(random.integers(1, 9)),
                accelerator=accelerator,
                accelerators_per_instance=float(per),
            ),
            series=_series(day, used, knows_requests=random.random() > 0.2, knows_gpu=random.random() > 0.3),
            model=ModelFacts(name=family, family=family, source="tag") if family else ModelFacts(),
            latency_objective_ms=float(random.choice((50, 100, 200, 500, 1000))) if random.random() > 0.5 else None,
            stated_usd_per_month=float(np.exp(random.normal(7.0, 1.0))) if random.random() > 0.1 else None,
        )


def _series(day: np.ndarray, used: np.ndarray, *, knows_requests: bool, knows_gpu: bool) -> tuple[Series, ...]:
    found = []
    if knows_requests:
        found.append(_one("requests_count", "sum", np.round(day * 3600)))
    if knows_gpu:
        found.append(_one("gpu_utilization_percent", "average", used))
    return tuple(found)


def _one(metric: str, statistic: str, values: np.ndarray) -> Series:
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": statistic,
            "start_at": START,
            "period_s": 3600,
            "values": values.tolist(),
            "source": "summed up",
        }
    )
