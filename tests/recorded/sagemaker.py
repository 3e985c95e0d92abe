"""SageMaker: endpoints of each kind, jobs and what starts them, notebooks, Studio, HyperPod; the tags of everything.

The shapes are those of the SageMaker API reference (read 2026-11): every member that AWS always gives is there.
"""

from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS = (
    "sagemaker_automl:eu-central-1:churn",
    "sagemaker_endpoint:eu-central-1:solder",
    "sagemaker_endpoint:eu-central-1:weld",
    "sagemaker_hyperpod:eu-central-1:llm",
    "sagemaker_notebook:eu-central-1:d-1/lena/JupyterLab/default",
    "sagemaker_notebook:eu-central-1:lab",
    "sagemaker_processing:eu-central-1:processing",
    "sagemaker_training:eu-central-1:training",
    "sagemaker_training:eu-central-1:wear",
    "sagemaker_transform:eu-central-1:transform",
    "sagemaker_tuning:eu-central-1:tune",
)

DAY = {"CreationTime": NOW.replace(day=18), "LastModifiedTime": NOW.replace(day=18, hour=2)}
RESOURCES = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50}


def arn(rest: str) -> str:
    """Return an ARN of SageMaker in the recorded account."""
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{rest}"


def jobs(word: str) -> dict[str, Any]:
    """Return a page of two jobs of one type."""
    lower = word.lower()
    names = [f"{lower}-2026-11-{day:02d}" for day in (18, 19)]
    return {
        f"{word}JobSummaries": [
            {
                f"{word}JobName": name,
                f"{word}JobArn": arn(f"{lower}-job/{name}"),
                f"{word}JobStatus": "Completed",
                f"{word}EndTime": DAY["LastModifiedTime"],
                **DAY,
            }
            for name in names
        ]
    }


def _wear() -> list[dict[str, Any]]:
    """Return the jobs of a second group."""
    name = "wear-2026-11-19"
    ended = {"TrainingJobStatus": "Completed", "TrainingEndTime": DAY["LastModifiedTime"]}
    return [{"TrainingJobName": name, "TrainingJobArn": arn(f"training-job/{name}"), **ended, **DAY}]


def tags(params: dict[str, Any]) -> dict[str, Any]:
    """Return one tag of each thing asked for by ARN (Resource Groups Tagging API reference, GetResources)."""
    team = [{"Key": "team", "Value": "body"}]
    found = [{"ResourceARN": name, "Tags": team} for name in params.get("ResourceARNList", ())]
    return {"ResourceTagMappingList": found, "PaginationToken": ""}


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    return {
        ("resourcegroupstaggingapi", "GetResources"): tags,
        **_endpoints(),
        **_jobs(),
        **_families(),
        **_studio(),
        **_hyperpod(),
        **_pipelines(),
    }


def _endpoint(name: str) -> dict[str, Any]:
    return {
        "EndpointName": name,
        "EndpointArn": arn(f"endpoint/{name}"),
        "EndpointConfigName": "weld",
        "EndpointStatus": "InService",
        "ProductionVariants": [
            {"VariantName": "a", "CurrentWeight": 1.0, "CurrentInstanceCount": 2, "DesiredInstanceCount": 2}
        ],
        **DAY,
    }


def _search(given: dict[str, Any]) -> dict[str, Any]:
    """Know one of the two endpoints: Search runs some seconds behind."""
    return {"Results": [{"Endpoint": _endpoint("solder")}] if given["Resource"] == "Endpoint" else []}


def _endpoints() -> dict[tuple[str, str], Answer]:
    component = {
        "InferenceComponentName": "weld-a",
        "InferenceComponentArn": arn("inference-component/weld-a"),
        "EndpointName": "other",
        "EndpointArn": arn("endpoint/other"),
        "VariantName": "AllTraffic",
        "InferenceComponentStatus": "InService",
        **DAY,
    }
    return {
        ("sagemaker", "ListEndpoints"): {
            "Endpoints": [
                {"EndpointName": name, "EndpointArn": arn(f"endpoint/{name}"), "EndpointStatus": "InService", **DAY}
                for name in ("solder", "weld")
            ]
        },
        ("sagemaker", "Search"): _search,
        ("sagemaker", "DescribeEndpoint"): lambda given: _endpoint(given["EndpointName"]),
        ("sagemaker", "DescribeEndpointConfig"): {
            "EndpointConfigName": "weld",
            "EndpointConfigArn": arn("endpoint-config/weld"),
            "ProductionVariants": [
                {"VariantName": "a", "ModelName": "weld", "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1}
            ],
            "CreationTime": NOW,
        },
        ("sagemaker", "ListEndpointConfigs"): {
            "EndpointConfigs": [
                {
                    "EndpointConfigName": name,
                    "EndpointConfigArn": arn(f"endpoint-config/{name}"),
                    "CreationTime": NOW,
                }
                for name in ("weld", "older")
            ]
        },
        ("sagemaker", "ListModels"): {
            "Models": [
                {"ModelName": name, "ModelArn": arn(f"model/{name}"), "CreationTime": NOW} for name in ("weld", "old")
            ]
        },
        ("sagemaker", "DescribeModel"): {
            "ModelName": "weld",
            "ModelArn": arn("model/weld"),
            "CreationTime": NOW,
            "PrimaryContainer": {
                "Image": "pytorch:2",
                "Mode": "SingleModel",
                "ModelDataUrl": "s3://models/weld",
                "Environment": {"API_TOKEN": "hunter2"},
            },
        },
        ("sagemaker", "ListInferenceComponents"): {
            "InferenceComponents": [component | {"EndpointName": "weld", "EndpointArn": arn("endpoint/weld")}]
        },
        ("sagemaker", "DescribeInferenceComponent"): {
            **component,
            "EndpointName": "weld",
            "Specification": {
                "ModelName": "weld",
                "ComputeResourceRequirements": {
                    "NumberOfAcceleratorDevicesRequired": 1.0,
                    "NumberOfCpuCoresRequired": 2.0,
                    "MinMemoryRequiredInMb": 4096,
                },
            },
            "RuntimeConfig": {"DesiredCopyCount": 2, "CurrentCopyCount": 2},
        },
    }


def latest(word: str) -> dict[str, Any]:
    """Return what every description of a job says of itself: its name, ARN, status and times."""
    name = f"{word.lower()}-2026-11-19"
    return {
        f"{word}JobName": name,
        f"{word}JobArn": arn(f"{word.lower()}-job/{name}"),
        f"{word}JobStatus": "Completed",
        f"{word}StartTime": DAY["CreationTime"].replace(minute=4),
        f"{word}EndTime": DAY["LastModifiedTime"],
        "CreationTime": DAY["CreationTime"],
    }


def _jobs() -> dict[tuple[str, str], Answer]:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://models/in"}}
    return {
        ("sagemaker", "ListTrainingJobs"): {
            "TrainingJobSummaries": [*jobs("Training")["TrainingJobSummaries"], *_wear()]
        },
        ("sagemaker", "DescribeTrainingJob"): {
            **latest("Training"),
            "SecondaryStatus": "Completed",
            "AlgorithmSpecification": {"TrainingImage": "pytorch-training:2", "TrainingInputMode": "File"},
            "ResourceConfig": RESOURCES,
            "ModelArtifacts": {"S3ModelArtifacts": "s3://models/out/model.tar.gz"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
            "EnableManagedSpotTraining": False,
            "HyperParameters": {"password": "hunter2"},
        },
        ("sagemaker", "ListProcessingJobs"): jobs("Processing"),
        ("sagemaker", "DescribeProcessingJob"): {
            **latest("Processing"),
            "AppSpecification": {"ImageUri": "processing:1"},
            "ProcessingResources": {"ClusterConfig": RESOURCES},
        },
        ("sagemaker", "ListTransformJobs"): jobs("Transform"),
        ("sagemaker", "DescribeTransformJob"): {
            **latest("Transform"),
            "ModelName": "weld",
            "TransformInput": {"DataSource": source},
            "TransformResources": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
        },
    }


def _families() -> dict[tuple[str, str], Answer]:
    child = {
        "TrainingJobName": "tune-2026-11-18-001-9f8e7d6c",
        "TrainingJobArn": arn("training-job/tune-2026-11-18-001-9f8e7d6c"),
        "TrainingJobStatus": "Completed",
        "TrainingStartTime": DAY["CreationTime"].replace(minute=5),
        "TrainingEndTime": DAY["LastModifiedTime"],
        "CreationTime": DAY["CreationTime"],
        "TunedHyperParameters": {"lr": "0.1"},
    }
    tuning = {
        "HyperParameterTuningJobName": "tune-2026-11-18",
        "HyperParameterTuningJobArn": arn("hyper-parameter-tuning-job/tune-2026-11-18"),
        "HyperParameterTuningJobStatus": "Completed",
        "Strategy": "Bayesian",
        "TrainingJobStatusCounters": {"Completed": 1},
        "ObjectiveStatusCounters": {"Succeeded": 1},
        **DAY,
    }
    step = {
        "CandidateStepType": "AWS::SageMaker::TrainingJob",
        "CandidateStepArn": arn("training-job/churn-dpp0-1-aa11"),
        "CandidateStepName": "churn-dpp0-1-aa11",
    }
    return {
        ("sagemaker", "ListHyperParameterTuningJobs"): {"HyperParameterTuningJobSummaries": [tuning]},
        ("sagemaker", "ListTrainingJobsForHyperParameterTuningJob"): {"TrainingJobSummaries": [child]},
        ("sagemaker", "DescribeHyperParameterTuningJob"): {
            **{name: value for name, value in tuning.items() if name != "Strategy"},
            "HyperParameterTuningJobConfig": {
                "Strategy": "Bayesian",
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1},
            },
            "TrainingJobDefinition": {
                "AlgorithmSpecification": {"TrainingImage": "xgboost:1", "TrainingInputMode": "File"},
                "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/tuning",
                "OutputDataConfig": {"S3OutputPath": "s3://models/out"},
                "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
                "ResourceConfig": RESOURCES,
                "EnableManagedSpotTraining": True,
                "CheckpointConfig": {"S3Uri": "s3://models/checkpoints"},
                "StaticHyperParameters": {"token": "hunter2"},
            },
        },
        ("sagemaker", "ListAutoMLJobs"): {
            "AutoMLJobSummaries": [
                {
                    "AutoMLJobName": "churn",
                    "AutoMLJobArn": arn("automl-job/churn"),
                    "AutoMLJobStatus": "Completed",
                    "AutoMLJobSecondaryStatus": "Completed",
                    "EndTime": DAY["LastModifiedTime"],
                    **DAY,
                }
            ]
        },
        ("sagemaker", "ListCandidatesForAutoMLJob"): {
            "Candidates": [
                {
                    "CandidateName": "churn-dpp0-1",
                    "CandidateStatus": "Completed",
                    "ObjectiveStatus": "Succeeded",
                    "CandidateSteps": [step],
                    **DAY,
                }
            ]
        },
    }


def _studio() -> dict[tuple[str, str], Answer]:
    return {
        ("sagemaker", "ListNotebookInstances"): {
            "NotebookInstances": [
                {
                    "NotebookInstanceName": "lab",
                    "NotebookInstanceArn": arn("notebook-instance/lab"),
                    "NotebookInstanceStatus": "InService",
                    "InstanceType": "ml.g5.xlarge",
                    **DAY,
                }
            ]
        },
        ("sagemaker", "ListApps"): {
            "Apps": [
                {
                    "DomainId": "d-1",
                    "SpaceName": "lena",
                    "AppType": "JupyterLab",
                    "AppName": "default",
                    "Status": "InService",
                    "CreationTime": NOW,
                    "ResourceSpec": {"InstanceType": "ml.g5.xlarge"},
                }
            ]
        },
        ("sagemaker", "ListDomains"): {
            "Domains": [
                {"DomainId": "d-1", "DomainArn": arn("domain/d-1"), "DomainName": "team", "Status": "InService", **DAY}
            ]
        },
        ("sagemaker", "ListSpaces"): {
            "Spaces": [
                {
                    "DomainId": "d-1",
                    "SpaceName": "lena",
                    "Status": "InService",
                    "SpaceSettingsSummary": {
                        "AppType": "JupyterLab",
                        "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 100}},
                    },
                    **DAY,
                }
            ]
        },
    }


def _hyperpod() -> dict[tuple[str, str], Answer]:
    return {
        ("sagemaker", "ListClusters"): {
            "ClusterSummaries": [
                {
                    "ClusterArn": arn("cluster/abc123"),
                    "ClusterName": "llm",
                    "CreationTime": NOW,
                    "ClusterStatus": "InService",
                }
            ]
        },
        ("sagemaker", "DescribeCluster"): {
            "ClusterArn": arn("cluster/abc123"),
            "ClusterName": "llm",
            "ClusterStatus": "InService",
            "InstanceGroups": [
                {
                    "InstanceGroupName": "workers",
                    "InstanceType": "ml.g5.xlarge",
                    "CurrentCount": 2,
                    "TargetCount": 2,
                    "ExecutionRole": f"arn:aws:iam::{ACCOUNT}:role/hyperpod",
                    "LifeCycleConfig": {"SourceS3Uri": "s3://models/lifecycle", "OnCreate": "on_create.sh"},
                }
            ],
        },
        ("sagemaker", "ListClusterNodes"): {
            "ClusterNodeSummaries": [
                {
                    "InstanceGroupName": "workers",
                    "InstanceId": f"i-{number:017x}",
                    "InstanceType": "ml.g5.xlarge",
                    "LaunchTime": NOW,
                    "InstanceStatus": {"Status": "Running"},
                }
                for number in (901, 902)
            ]
        },
        ("sagemaker", "ListTrainingPlans"): {"TrainingPlanSummaries": []},
    }


def _pipelines() -> dict[tuple[str, str], Answer]:
    pipeline = arn("pipeline/nightly")
    return {
        ("sagemaker", "ListPipelines"): {
            "PipelineSummaries": [
                {
                    "PipelineArn": pipeline,
                    "PipelineName": "nightly",
                    "LastExecutionTime": NOW.replace(day=19),
                    **DAY,
                }
            ]
        },
        ("sagemaker", "ListPipelineExecutions"): {
            "PipelineExecutionSummaries": [
                {
                    "PipelineExecutionArn": f"{pipeline}/execution/abc",
                    "StartTime": NOW.replace(day=19),
                    "PipelineExecutionStatus": "Succeeded",
                }
            ]
        },
        ("sagemaker", "ListPipelineExecutionSteps"): {
            "PipelineExecutionSteps": [
                {
                    "StepName": "train",
                    "StepStatus": "Succeeded",
                    "Metadata": {"TrainingJob": {"Arn": arn("training-job/training-2026-11-19")}},
                }
            ]
        },
    }
