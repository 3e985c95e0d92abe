"""What is scaled, spelled as links spell it, and the queue or stream whose depth it is scaled by."""

from collections.abc import Iterable

from aimigrate.assess._arns import arn_of, service_of
from aimigrate.assess._arrivals import Arrivals, arrivals_of
from aimigrate.assess._reading import Item, Reader

_MEASURED = {("AWS/SQS", "QueueName"): ("sqs", ""), ("AWS/Kinesis", "StreamName"): ("kinesis", "stream/")}
"""Namespaces whose dimension names a queue or stream, by the service of its ARN and what stands before the name."""


def scaled_of(reader: Reader, namespace: str, resource_id: str) -> str | None:
    """Return the ARN of what Application Auto Scaling scales; None where nothing of that kind runs a model."""
    kind, _, rest = resource_id.partition("/")
    if namespace == "ecs" and kind == "service":
        return arn_of(reader, "ecs", resource_id)
    if namespace == "sagemaker" and kind == "endpoint":
        return arn_of(reader, "sagemaker", f"endpoint/{rest.partition('/')[0].lower()}")
    if namespace == "sagemaker" and kind == "inference-component":
        return arn_of(reader, "sagemaker", f"inference-component/{rest.lower()}")
    if namespace == "lambda" and resource_id.startswith("function:"):
        return arn_of(reader, "lambda", ":".join(resource_id.split(":")[:2]))
    return None


def scaled_by(reader: Reader, policy_arn: str) -> str | None:
    """Return what a scaling policy scales, by the policy's ARN; None where it is no such policy.

    A policy of an Auto Scaling group stands for itself: it is one of the group's resources.
    """
    parts = policy_arn.split(":", 7)
    if service_of(policy_arn) != "autoscaling" or len(parts) < 8 or parts[5] != "scalingPolicy":  # noqa: PLR2004  # arn:aws:autoscaling:region:account:scalingPolicy:uuid:what
        return None
    what = parts[7].partition(":policyName/")[0]
    if not what.startswith("resource/"):
        return policy_arn
    namespace, _, resource_id = what.removeprefix("resource/").partition("/")
    return scaled_of(reader, namespace, resource_id)


def sources_of(reader: Reader, metrics: Iterable[Item]) -> tuple[Arrivals, ...]:
    """Return the queues and streams that these metrics measure, each a Namespace with Dimensions."""
    found: dict[str, Arrivals] = {}
    for metric in metrics:
        for dimension in metric.get("Dimensions") or ():
            service, prefix = _MEASURED.get((str(metric.get("Namespace")), str(dimension.get("Name"))), ("", ""))
            source = arrivals_of(arn_of(reader, service, f"{prefix}{dimension['Value']}")) if service else None
            if source is not None:
                found[source.arn] = source
    return tuple(found[arn] for arn in sorted(found))


def metrics_in(queries: Iterable[Item]) -> list[Item]:
    """Return the metrics in queries of metric math, as alarms and policies hold them."""
    return [query["MetricStat"]["Metric"] for query in queries if "MetricStat" in query]
