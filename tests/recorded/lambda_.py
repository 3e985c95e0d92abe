"""Functions, as the examples of Lambda's API reference show them (read 2026-11)."""

from typing import Any

from tests.recorded_aws import ACCOUNT, REGION, Answer

WORKLOADS = ("lambda_function:eu-central-1:classifier", "lambda_function:eu-central-1:scorer")

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
CLASSIFIER, SCORER, MAILER = f"{ARN}:classifier", f"{ARN}:scorer", f"{ARN}:mailer"


def function(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what ListFunctions says of one."""
    known = {
        "FunctionName": name,
        "FunctionArn": f"{ARN}:{name}",
        "Runtime": "python3.13",
        "Role": f"arn:aws:iam::{ACCOUNT}:role/lambda",
        "Handler": "handler.handle",
        "MemorySize": 128,
        "Timeout": 60,
        "LastModified": "2026-03-02T08:11:05.000+0000",
        "Version": "$LATEST",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "Environment": {"Variables": {"DATABASE_PASSWORD": "hunter2"}},
    }
    return {**known, **more}


def mapping(source: str, target: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what ListEventSourceMappings says of one."""
    identity = "14e0db71-5d35-4eb5-b481-8945cf9d10c2"
    known = {
        "UUID": identity,
        "EventSourceMappingArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{identity}",
        "BatchSize": 10,
        "EventSourceArn": source,
        "FunctionArn": target,
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
    }
    return {**known, **more}


def _urls(given: dict[str, Any]) -> dict[str, Any]:
    name = given["FunctionName"]
    url = {
        "FunctionUrl": f"https://{name}.lambda-url.{REGION}.on.aws/",
        "FunctionArn": f"{ARN}:{name}:live",
        "CreationTime": "2026-03-02T08:11:05.000000Z",
        "LastModifiedTime": "2026-03-02T08:11:05.000000Z",
        "AuthType": "AWS_IAM",
    }
    return {"FunctionUrlConfigs": [url] if name == "classifier" else []}


def _provisioned(given: dict[str, Any]) -> dict[str, Any]:
    name = given["FunctionName"]
    warm = {
        "FunctionArn": f"{ARN}:{name}:live",
        "RequestedProvisionedConcurrentExecutions": 2,
        "AvailableProvisionedConcurrentExecutions": 2,
        "AllocatedProvisionedConcurrentExecutions": 2,
        "Status": "READY",
        "LastModified": "2026-03-02T08:11:05+0000",
    }
    return {"ProvisionedConcurrencyConfigs": [warm] if name == "classifier" else []}


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    return {
        ("lambda", "ListFunctions"): {
            "Functions": [
                function("scorer", MemorySize=3008),
                function("classifier", MemorySize=3008, PackageType="Image"),
                function("mailer"),
            ]
        },
        ("lambda", "ListEventSourceMappings"): {
            "EventSourceMappings": [mapping(f"arn:aws:sqs:{REGION}:{ACCOUNT}:invoices", f"{CLASSIFIER}:live")]
        },
        ("lambda", "GetFunction"): {
            "Configuration": function("classifier", MemorySize=3008, PackageType="Image"),
            "Code": {"RepositoryType": "ECR", "ImageUri": "registry/classifier:7"},
            "Concurrency": {"ReservedConcurrentExecutions": 20},
        },
        ("lambda", "GetFunctionConcurrency"): {},
        ("lambda", "ListFunctionUrlConfigs"): _urls,
        ("lambda", "ListProvisionedConcurrencyConfigs"): _provisioned,
    }
