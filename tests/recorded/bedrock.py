"""Bedrock: a model with provisioned throughput, a custom and an imported one, an application's profile, a batch job.

The shapes are those of the Amazon Bedrock API reference (read 2026-11).
"""

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

LLAMA = f"arn:aws:bedrock:{REGION}::foundation-model/meta.llama3-1-8b-instruct-v1:0"
CLAUDE = f"arn:aws:bedrock:{REGION}::foundation-model/anthropic.claude-3-5-sonnet-20240620-v1:0"

WORKLOADS = (
    "bedrock_model:eu-central-1:anthropic.claude-3-5-sonnet-20240620-v1:0",
    "bedrock_model:eu-central-1:support",
)


def arn(rest: str) -> str:
    """Return an ARN of Bedrock in the recorded account."""
    return f"arn:aws:bedrock:{REGION}:{ACCOUNT}:{rest}"


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    return {
        ("bedrock", "ListProvisionedModelThroughputs"): {
            "provisionedModelSummaries": [
                {
                    "provisionedModelName": "support",
                    "provisionedModelArn": arn("provisioned-model/abcd1234efgh"),
                    "modelArn": arn("custom-model/meta.llama3-1-8b-instruct-v1:0:128k/support1"),
                    "desiredModelArn": arn("custom-model/meta.llama3-1-8b-instruct-v1:0:128k/support1"),
                    "foundationModelArn": LLAMA,
                    "modelUnits": 2,
                    "desiredModelUnits": 2,
                    "status": "InService",
                    "commitmentDuration": "OneMonth",
                    "commitmentExpirationTime": NOW.replace(month=12),
                    "creationTime": NOW.replace(day=2),
                    "lastModifiedTime": NOW.replace(day=2),
                }
            ]
        },
        ("bedrock", "ListCustomModels"): {
            "modelSummaries": [
                {
                    "modelArn": arn("custom-model/meta.llama3-1-8b-instruct-v1:0:128k/support1"),
                    "modelName": "support",
                    "creationTime": NOW.replace(day=1),
                    "baseModelArn": LLAMA,
                    "baseModelName": "Llama 3.1 8B Instruct",
                    "customizationType": "FINE_TUNING",
                }
            ]
        },
        ("bedrock", "ListCustomModelDeployments"): {"modelDeploymentSummaries": []},
        ("bedrock", "ListImportedModels"): {
            "modelSummaries": [
                {
                    "modelArn": arn("imported-model/im1"),
                    "modelName": "own-qwen",
                    "creationTime": NOW.replace(day=1),
                    "modelArchitecture": "qwen2",
                }
            ]
        },
        ("bedrock", "ListInferenceProfiles"): {
            "inferenceProfileSummaries": [
                {
                    "inferenceProfileName": "chat",
                    "inferenceProfileArn": arn("application-inference-profile/prof1"),
                    "models": [{"modelArn": CLAUDE}],
                    "inferenceProfileId": "prof1",
                    "status": "ACTIVE",
                    "type": "APPLICATION",
                }
            ]
        },
        ("bedrock", "ListModelInvocationJobs"): {
            "invocationJobSummaries": [
                {
                    "jobArn": arn("model-invocation-job/job1"),
                    "jobName": "labels",
                    "modelId": CLAUDE,
                    "roleArn": f"arn:aws:iam::{ACCOUNT}:role/batch",
                    "status": "Completed",
                    "submitTime": NOW.replace(day=10),
                    "endTime": NOW.replace(day=10, hour=2),
                    "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://models/in"}},
                    "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://models/out"}},
                }
            ]
        },
    }
