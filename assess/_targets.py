"""What a rule, schedule, pipe or state machine starts, spelled as links spell it."""

from aimigrate.assess._arns import arn_of, partition_of, plain_arn, service_of
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._schedules import plain_definition

_PATTERNS = (".sync:2", ".sync", ".waitForTaskToken")
"""What Step Functions adds to a call for how it waits (developer guide, integration patterns, read 2026-11)."""

# Calls that start one thing, by the argument that names it and what its ARN is made of. Step Functions and EventBridge
# Scheduler name services as the SDK for Java does (their guides, AWS SDK integrations and universal targets, 2026-11).
_STARTS = {
    "glue:startjobrun": ("JobName", "glue", "job/"),
    "sagemaker:createautomljob": ("AutoMLJobName", "sagemaker", "automl-job/"),
    "sagemaker:createautomljobv2": ("AutoMLJobName", "sagemaker", "automl-job/"),
    "sagemaker:createhyperparametertuningjob": (
        "HyperParameterTuningJobName",
        "sagemaker",
        "hyper-parameter-tuning-job/",
    ),
    "sagemaker:createprocessingjob": ("ProcessingJobName", "sagemaker", "processing-job/"),
    "sagemaker:createtrainingjob": ("TrainingJobName", "sagemaker", "training-job/"),
    "sagemaker:createtransformjob": ("TransformJobName", "sagemaker", "transform-job/"),
    "sagemaker:startpipelineexecution": ("PipelineName", "sagemaker", "pipeline/"),
    "sagemakerruntime:invokeendpoint": ("EndpointName", "sagemaker", "endpoint/"),
    "sagemakerruntime:invokeendpointasync": ("EndpointName", "sagemaker", "endpoint/"),
    "firehose:putrecord": ("DeliveryStreamName", "firehose", "deliverystream/"),
    "firehose:putrecordbatch": ("DeliveryStreamName", "firehose", "deliverystream/"),
    "kinesis:putrecord": ("StreamName", "kinesis", "stream/"),
    "kinesis:putrecords": ("StreamName", "kinesis", "stream/"),
    "lambda:invoke": ("FunctionName", "lambda", "function:"),
    "sfn:startexecution": ("StateMachineArn", "states", "stateMachine:"),
    "sfn:startsyncexecution": ("StateMachineArn", "states", "stateMachine:"),
    "states:startexecution": ("StateMachineArn", "states", "stateMachine:"),
}
_MODEL_CALLS = frozenset({"bedrock:invokemodel", "bedrockruntime:converse", "bedrockruntime:invokemodel"})
_OTHERS = frozenset({"batch:submitjob", "ecs:runtask", "sqs:sendmessage"})


def family_of(reader: Reader, task_definition: str) -> str:
    """Return the ARN of a task definition's family: without its revision, whichever way it was named."""
    name, _, revision = task_definition.rsplit("/", 1)[-1].rpartition(":")
    family = name if name and revision.isdigit() else task_definition.rsplit("/", 1)[-1]
    if task_definition.startswith("arn:"):
        return f"{task_definition.rsplit('/', 1)[0]}/{family}"
    return arn_of(reader, "ecs", f"task-definition/{family}")


def job_of(reader: Reader, queue: str, definition: str) -> str:
    """Return how a Batch queue and the definition of a job in it are named together."""
    arn = queue if queue.startswith("arn:") else arn_of(reader, "batch", f"job-queue/{queue}")
    return f"{arn} {plain_definition(definition)}"


def target_of(reader: Reader, arn: str, job_definition: str | None, task_definition: str | None) -> str | None:
    """Return what a rule, schedule or pipe starts; None where it is known only when it runs.

    Of a Batch queue and an ECS cluster the definition says what runs there.
    """
    for given in (job_definition, task_definition):
        if given is not None and given.startswith("$"):
            return None
    if service_of(arn) == "batch" and job_definition:
        return job_of(reader, arn, job_definition)
    if service_of(arn) == "ecs" and task_definition:
        return family_of(reader, task_definition)
    return plain_arn(arn)


def call_of(resource: str) -> str | None:
    """Return `service:action` in lower case of a task or a universal target that makes a call; None for any other."""
    parts = resource.split(":")
    if len(parts) < 7 or parts[2] not in ("states", "scheduler") or parts[3] or parts[4]:  # noqa: PLR2004  # arn:aws:states:::batch:submitJob
        return None
    call = ":".join(parts[6:] if parts[5] == "aws-sdk" else parts[5:])
    for pattern in _PATTERNS:
        call = call.removesuffix(pattern)
    return call.lower()


def starts_something(call: str) -> bool:
    """Return whether a call can start or feed what this program looks for."""
    return call in _STARTS or call in _MODEL_CALLS or call in _OTHERS


def called(reader: Reader, call: str, given: Item) -> str | None:
    """Return what a call starts, by the names it was given; None where they are known only when it runs."""
    if call in _STARTS:
        argument, service, prefix = _STARTS[call]
        return _named(reader, service, prefix, given.get(argument))
    if call in _MODEL_CALLS:
        return _model(reader, given.get("ModelId"))
    if call == "batch:submitjob" and {"JobDefinition", "JobQueue"} <= given.keys():
        return job_of(reader, given["JobQueue"], given["JobDefinition"])
    if call == "ecs:runtask" and "TaskDefinition" in given:
        return family_of(reader, given["TaskDefinition"])
    if call == "sqs:sendmessage" and "QueueUrl" in given:
        return queue_of(reader, given["QueueUrl"])
    return None


def queue_of(reader: Reader, url: str) -> str:
    """Return the ARN of a queue from its address, which ends with the account and the name."""
    *_, account, name = ["", "", *url.rstrip("/").split("/")]
    return f"arn:{partition_of(reader.region)}:sqs:{reader.region}:{account}:{name}"


def _named(reader: Reader, service: str, prefix: str, name: str | None) -> str | None:
    if name is None:
        return None
    if name.startswith("arn:"):
        return plain_arn(name)
    if service == "lambda":  # NAME, NAME:ALIAS, or ACCOUNT:function:NAME
        name = name.rpartition("function:")[2].partition(":")[0]
    if service == "sagemaker":  # names there keep their case, their ARNs do not
        name = name.lower()
    return arn_of(reader, service, prefix + name)


def _model(reader: Reader, name: str | None) -> str | None:
    if name is None or name.startswith("arn:"):
        return name
    return f"arn:{partition_of(reader.region)}:bedrock:{reader.region}::foundation-model/{name}"
