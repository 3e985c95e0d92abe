"""Jobs, and the tuning and AutoML jobs that start them: groups, runs, facts, faults, requests.

Answers are shaped as the SageMaker API reference gives them (read 2026-11), and held against botocore's models.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.collecting import Bench, named, paged, refused
from tests.recorded.sagemaker import arn, tags
from tests.recorded_aws import NOW, Answer

HOUR = timedelta(hours=1)
CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 9}


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Give a bench for this module."""
    return Bench()


def summary(word: str, name: str, made_at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of a list of jobs."""
    return {
        f"{word}JobName": name,
        f"{word}JobArn": arn(f"{word.lower()}-job/{name}"),
        f"{word}JobStatus": "Completed",
        f"{word}EndTime": made_at + HOUR,
        "CreationTime": made_at,
        "LastModifiedTime": made_at + 2 * HOUR,
        **more,
    }


def training(name: str, made_at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return DescribeTrainingJob of a job that waited ten minutes."""
    return {
        "TrainingJobName": name,
        "TrainingJobArn": arn(f"training-job/{name}"),
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "CreationTime": made_at,
        "TrainingStartTime": made_at + timedelta(minutes=10),
        "TrainingEndTime": made_at + HOUR,
        "AlgorithmSpecification": {"TrainingImage": "pytorch-training:2", "TrainingInputMode": "File"},
        "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 50},
        "ModelArtifacts": {"S3ModelArtifacts": "s3://out/model.tar.gz"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        **more,
    }


def account(**answers: Answer) -> dict[tuple[str, str], Answer]:
    """Return the answers of an account with the given ones of SageMaker and no others."""
    tagging: dict[tuple[str, str], Answer] = {("resourcegroupstaggingapi", "GetResources"): tags}
    return tagging | {("sagemaker", operation): answer for operation, answer in answers.items()}


def test_jobs_of_one_base_name_are_one_workload_with_a_run_each(bench: Bench) -> None:
    """Three nightly jobs, one description; the described one starts when it began, the others when asked for."""
    days = [NOW - timedelta(days=number) for number in (3, 2, 1)]
    names = [f"fit-{day:%Y-%m-%d}" for day in days]
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListTrainingJobs=paged(
                "TrainingJobSummaries", [summary("Training", n, d) for n, d in zip(names, days, strict=True)]
            ),
            DescribeTrainingJob=named("TrainingJobName", {names[-1]: training(names[-1], days[-1])}),
        ),
    )

    workload = run.workload("sagemaker_training:fit")

    assert [one.started_at for one in workload.runs] == [days[0], days[1], days[2] + timedelta(minutes=10)]
    assert [one.ended_at for one in workload.runs] == [day + HOUR for day in days]
    assert workload.resources == tuple(sorted(arn(f"training-job/{name}") for name in names))
    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 2.0)
    assert workload.tags == {"team": "body"}
    (missing,) = (one for one in workload.missing if one.what == "runs.started_at")
    assert "all but the latest" in missing.reason
    assert run.calls["DescribeTrainingJob"] == 1


def test_a_single_job_has_no_unknown_start(bench: Bench) -> None:
    """Its description says when it began: nothing of its run is missing."""
    made = NOW - timedelta(days=1)
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListTrainingJobs={"TrainingJobSummaries": [summary("Training", "fit", made)]},
            DescribeTrainingJob=training("fit", made),
        ),
    )

    workload = run.workload("sagemaker_training:fit")

    assert workload.runs[0].started_at == made + timedelta(minutes=10)
    assert all(one.what != "runs.started_at" for one in workload.missing)


def test_spot_checkpoints_and_warm_pools_are_facts(bench: Bench) -> None:
    """What tells whether a job may be interrupted, and what stays on after it, is kept with the job."""
    made = NOW - timedelta(days=1)
    resources = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "KeepAlivePeriodInSeconds": 1800}
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListTrainingJobs={"TrainingJobSummaries": [summary("Training", "fit", made)]},
            DescribeTrainingJob=training(
                "fit",
                made,
                EnableManagedSpotTraining=True,
                CheckpointConfig={"S3Uri": "s3://checkpoints"},
                WarmPoolStatus={"Status": "Available", "ResourceRetainedBillableTimeInSeconds": 600},
                TrainingTimeInSeconds=3000,
                BillableTimeInSeconds=900,
                ResourceConfig=resources,
            ),
        ),
    )

    assert run.workload("sagemaker_training:fit").compute.spot is True
    assert run.resources[arn("training-job/fit")].facts == {
        "status": "Completed",
        "managed_spot": "yes",
        "checkpoints": "yes",
        "keep_alive_s": "1800",
        "warm_pool": "Available",
        "warm_pool_billable_s": "600",
        "training_s": "3000",
        "billable_s": "900",
    }


def test_a_mixed_cluster_is_its_largest_group_and_names_the_rest(bench: Bench) -> None:
    """Instance groups take the place of one type (heterogeneous clusters)."""
    made = NOW - timedelta(days=1)
    groups = [
        {"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "data"},
        {"InstanceType": "ml.g5.xlarge", "InstanceCount": 4, "InstanceGroupName": "gpu"},
    ]
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListTrainingJobs={"TrainingJobSummaries": [summary("Training", "fit", made)]},
            DescribeTrainingJob=training("fit", made, ResourceConfig={"InstanceGroups": groups}),
        ),
    )

    workload = run.workload("sagemaker_training:fit")

    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 4.0)
    assert any("1 x ml.m5.large" in one.reason for one in workload.missing)


def test_a_job_of_a_monitoring_schedule_names_what_starts_it(bench: Bench) -> None:
    """DescribeProcessingJob says which schedule of Model Monitor it is of."""
    made, schedule = NOW - timedelta(days=1), arn("monitoring-schedule/drift")
    described = {
        "ProcessingJobName": "drift",
        "ProcessingJobArn": arn("processing-job/drift"),
        "ProcessingJobStatus": "Completed",
        "CreationTime": made,
        "AppSpecification": {"ImageUri": "monitor:1"},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 9}
        },
        "MonitoringScheduleArn": schedule,
    }
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListProcessingJobs={"ProcessingJobSummaries": [summary("Processing", "drift", made)]},
            DescribeProcessingJob=described,
        ),
    )

    workload = run.workload("sagemaker_processing:drift")

    assert (workload.triggers, workload.started_by) == (("schedule:drift",), (schedule,))


def tuning(name: str, made_at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListHyperParameterTuningJobs."""
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobArn": arn(f"hyper-parameter-tuning-job/{name}"),
        "HyperParameterTuningJobStatus": "Completed",
        "Strategy": "Bayesian",
        "CreationTime": made_at,
        "HyperParameterTuningEndTime": made_at + 3 * HOUR,
        "LastModifiedTime": made_at + 3 * HOUR,
        "TrainingJobStatusCounters": {"Completed": 2},
        "ObjectiveStatusCounters": {"Succeeded": 2},
        **more,
    }


def tuned(name: str, **definition: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return DescribeHyperParameterTuningJob."""
    limits = {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1}
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobArn": arn(f"hyper-parameter-tuning-job/{name}"),
        "HyperParameterTuningJobStatus": "Completed",
        "HyperParameterTuningJobConfig": {"Strategy": "Bayesian", "ResourceLimits": limits},
        "CreationTime": NOW,
        "TrainingJobStatusCounters": {"Completed": 2},
        "ObjectiveStatusCounters": {"Succeeded": 2},
        "TrainingJobDefinition": {
            "AlgorithmSpecification": {"TrainingImage": "xgboost:1", "TrainingInputMode": "File"},
            "RoleArn": "arn:aws:iam::123456789012:role/tuning",
            "OutputDataConfig": {"S3OutputPath": "s3://out"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
            **definition,
        },
    }


def child(name: str, made_at: datetime) -> dict[str, Any]:
    """Return one entry of ListTrainingJobsForHyperParameterTuningJob, which says when the work began."""
    return {
        "TrainingJobName": name,
        "TrainingJobArn": arn(f"training-job/{name}"),
        "TrainingJobStatus": "Completed",
        "CreationTime": made_at,
        "TrainingStartTime": made_at + timedelta(minutes=4),
        "TrainingEndTime": made_at + HOUR,
        "TunedHyperParameters": {"lr": "0.1"},
    }


def tuned_account(**more: Answer) -> dict[tuple[str, str], Answer]:
    """Return an account with one tuning job of two children, and a training job of its own beside them."""
    made = NOW - timedelta(days=2)
    names = ["hpo-001-1a2b3c4d", "hpo-002-5e6f7a8b"]
    given: dict[str, Answer] = {
        "ListHyperParameterTuningJobs": {"HyperParameterTuningJobSummaries": [tuning("hpo", made)]},
        "ListTrainingJobsForHyperParameterTuningJob": {"TrainingJobSummaries": [child(name, made) for name in names]},
        "DescribeHyperParameterTuningJob": named("HyperParameterTuningJobName", {"hpo": tuned("hpo")}),
        "ListTrainingJobs": {"TrainingJobSummaries": [summary("Training", name, made) for name in (*names, "own")]},
        "DescribeTrainingJob": named("TrainingJobName", {"own": training("own", made)}),
    }
    return account(**given | more)


def test_training_jobs_of_a_tuning_job_are_its_runs_and_no_workloads(bench: Bench) -> None:
    """They are counted once: as runs, with the times at which they began, and as resources of the tuning job."""
    run = bench.run("sagemaker-jobs", tuned_account())

    workload = run.workload("sagemaker_tuning:hpo")

    assert sorted(run.found) == ["sagemaker_training:eu-central-1:own", "sagemaker_tuning:eu-central-1:hpo"]
    assert [one.started_at for one in workload.runs] == [NOW - timedelta(days=2) + timedelta(minutes=4)] * 2
    assert arn("hyper-parameter-tuning-job/hpo") in workload.resources
    assert len(workload.resources) == 3
    assert (workload.compute.instance_type, workload.model.image) == ("ml.g5.xlarge", "xgboost:1")
    assert workload.tags == {"team": "body"}
    hosts = {dict(w.dimensions)["Host"] for w in run.found[workload.id].wanted}
    assert hosts == {"hpo-001-1a2b3c4d/*", "hpo-002-5e6f7a8b/*"}


def test_a_tuning_job_may_choose_from_several_instance_types(bench: Bench) -> None:
    """HyperParameterTuningResourceConfig takes the place of ResourceConfig, with spot and checkpoints as facts."""
    configs = [{"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10}]
    answer = tuned("hpo", HyperParameterTuningResourceConfig={"InstanceConfigs": configs})
    answer["TrainingJobDefinition"] |= {"EnableManagedSpotTraining": True, "CheckpointConfig": {"S3Uri": "s3://c"}}
    run = bench.run("sagemaker-jobs", tuned_account(DescribeHyperParameterTuningJob=answer))

    workload = run.workload("sagemaker_tuning:hpo")

    assert (workload.compute.instance_type, workload.compute.spot) == ("ml.g5.xlarge", True)
    facts = run.resources[arn("hyper-parameter-tuning-job/hpo")].facts
    assert facts == {"status": "Completed", "managed_spot": "yes", "checkpoints": "yes"}


def test_without_the_list_of_tuning_jobs_a_child_still_names_its_parent(bench: Bench) -> None:
    """DescribeTrainingJob says TuningJobArn: the group is the tuning job's, not a training job of its own."""
    made, parent = NOW - timedelta(days=2), arn("hyper-parameter-tuning-job/hpo")
    run = bench.run(
        "sagemaker-jobs",
        tuned_account(
            ListHyperParameterTuningJobs=refused("AccessDeniedException"),
            ListTrainingJobs={
                "TrainingJobSummaries": [summary("Training", f"hpo-{n:03d}-1a2b3c4{n}", made) for n in (1, 2)]
            },
            DescribeTrainingJob=training("hpo-002-1a2b3c42", made, TuningJobArn=parent),
        ),
    )

    workload = run.workload("sagemaker_tuning:hpo")

    assert list(run.found) == [workload.id]
    assert (len(workload.runs), len(workload.resources)) == (2, 3)
    assert parent in workload.resources
    assert run.coverage["ListHyperParameterTuningJobs"].status == "denied"


def test_without_its_children_a_tuning_job_is_one_run(bench: Bench) -> None:
    """The list of its training jobs is denied: the tuning job's own times are its run, and that is said."""
    run = bench.run(
        "sagemaker-jobs",
        tuned_account(
            ListTrainingJobsForHyperParameterTuningJob=refused("AccessDeniedException"),
            ListTrainingJobs={"TrainingJobSummaries": []},
        ),
    )

    workload = run.workload("sagemaker_tuning:hpo")

    made = NOW - timedelta(days=2)
    assert [(one.started_at, one.ended_at) for one in workload.runs] == [(made, made + 3 * HOUR)]
    assert any(one.what == "runs" and "AccessDeniedException" in one.reason for one in workload.missing)


def automl(name: str, made_at: datetime) -> dict[str, Any]:
    """Return one entry of ListAutoMLJobs, of either version of the API."""
    return {
        "AutoMLJobName": name,
        "AutoMLJobArn": arn(f"automl-job/{name}"),
        "AutoMLJobStatus": "Completed",
        "AutoMLJobSecondaryStatus": "Completed",
        "CreationTime": made_at,
        "EndTime": made_at + 5 * HOUR,
        "LastModifiedTime": made_at + 5 * HOUR,
    }


def candidate(*names: str) -> dict[str, Any]:
    """Return a candidate with one training step of each name."""
    return {
        "CandidateName": names[0],
        "ObjectiveStatus": "Succeeded",
        "CandidateStatus": "Completed",
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        "CandidateSteps": [
            {
                "CandidateStepType": "AWS::SageMaker::TrainingJob",
                "CandidateStepArn": arn(f"training-job/{name}"),
                "CandidateStepName": name,
            }
            for name in names
        ],
    }


def test_everything_that_automl_starts_is_one_workload(bench: Bench) -> None:
    """Candidates, the tuning job whose training jobs are candidates, and a processing job that names it itself."""
    made = NOW - timedelta(days=3)
    explore = {
        "ProcessingJobName": "churn-db-1-77aa",
        "ProcessingJobArn": arn("processing-job/churn-db-1-77aa"),
        "ProcessingJobStatus": "Completed",
        "CreationTime": made,
        "AppSpecification": {"ImageUri": "automl:1"},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 9}
        },
        "AutoMLJobArn": arn("automl-job/churn"),
    }
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListAutoMLJobs={"AutoMLJobSummaries": [automl("churn", made)]},
            ListCandidatesForAutoMLJob={"Candidates": [candidate("churnAB-001-12ab34cd")]},
            ListHyperParameterTuningJobs={"HyperParameterTuningJobSummaries": [tuning("churnAB", made)]},
            ListTrainingJobsForHyperParameterTuningJob={
                "TrainingJobSummaries": [child(f"churnAB-{n:03d}-12ab34cd", made) for n in (1, 2)]
            },
            ListTrainingJobs={
                "TrainingJobSummaries": [summary("Training", f"churnAB-{n:03d}-12ab34cd", made) for n in (1, 2)]
            },
            ListProcessingJobs={"ProcessingJobSummaries": [summary("Processing", "churn-db-1-77aa", made)]},
            DescribeProcessingJob=explore,
        ),
    )

    workload = run.workload("sagemaker_automl:churn")

    assert list(run.found) == [workload.id]
    assert [resource.rsplit(":", 1)[-1] for resource in workload.resources] == [
        "automl-job/churn",
        "hyper-parameter-tuning-job/churnAB",
        "processing-job/churn-db-1-77aa",
        "training-job/churnAB-001-12ab34cd",
        "training-job/churnAB-002-12ab34cd",
    ]
    assert [(one.started_at, one.ended_at) for one in workload.runs] == [(made, made + 5 * HOUR)]
    assert workload.compute.instance_type is None
    assert any(one.what == "compute" for one in workload.missing)
    assert "DescribeHyperParameterTuningJob" not in run.calls


def test_an_old_tuning_job_keeps_its_jobs_but_is_no_workload(bench: Bench) -> None:
    """Before the lookback nothing ran: neither it nor its training jobs are found."""
    made = NOW - timedelta(days=40)
    run = bench.run(
        "sagemaker-jobs",
        tuned_account(
            ListHyperParameterTuningJobs={"HyperParameterTuningJobSummaries": [tuning("hpo", made)]},
            ListTrainingJobsForHyperParameterTuningJob={"TrainingJobSummaries": [child("hpo-001-1a2b3c4d", made)]},
            ListTrainingJobs={"TrainingJobSummaries": [summary("Training", "hpo-001-1a2b3c4d", made)]},
        ),
    )

    assert run.found == {}
    assert "DescribeTrainingJob" not in run.calls


@pytest.mark.parametrize("gone", [False, True])
def test_a_job_that_cannot_be_described_is_still_there(bench: Bench, *, gone: bool) -> None:
    """Denied or gone between list and describe: its runs are known, its compute is not."""
    why = refused("ResourceNotFound") if gone else refused("AccessDeniedException")
    made = NOW - timedelta(days=1)
    run = bench.run(
        "sagemaker-jobs",
        account(ListTrainingJobs={"TrainingJobSummaries": [summary("Training", "fit", made)]}, DescribeTrainingJob=why),
    )

    workload = run.workload("sagemaker_training:fit")

    assert workload.runs[0].started_at == made
    assert [one.what for one in workload.missing] == ["compute", "runs.started_at"]
    assert run.coverage["DescribeTrainingJob"].status == ("partial" if gone else "denied")


def test_a_second_page_of_jobs_that_fails_keeps_the_first(bench: Bench) -> None:
    """The first page's jobs are found, the list is partial."""
    made = NOW - timedelta(days=1)

    def pages(params: dict[str, Any]) -> Mapping[str, Any]:
        assert params["MaxResults"] == 100
        if "NextToken" in params:
            return refused("ThrottlingException")(params)
        return {"TrainingJobSummaries": [summary("Training", "fit", made)], "NextToken": "2"}

    run = bench.run("sagemaker-jobs", account(ListTrainingJobs=pages, DescribeTrainingJob=training("fit", made)))

    assert run.order == ["sagemaker_training:eu-central-1:fit"]
    assert run.coverage["ListTrainingJobs"].status == "partial"


def test_the_requests_are_the_least_possible(bench: Bench) -> None:
    """1,000 transform jobs of 4 groups on one model: 10 pages, 4 descriptions, 1 model, 1 for the tags, 1 a list."""
    made = NOW - timedelta(days=1)
    names = [f"score-{letter}-{number:04d}" for letter in "wxyz" for number in range(250)]

    def described(params: dict[str, Any]) -> Mapping[str, Any]:
        name = params["TransformJobName"]
        return {
            "TransformJobName": name,
            "TransformJobArn": arn(f"transform-job/{name}"),
            "TransformJobStatus": "Completed",
            "ModelName": "m",
            "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://in"}}},
            "TransformResources": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
            "CreationTime": made,
        }

    run = bench.run(
        "sagemaker-jobs",
        account(
            ListTransformJobs=paged("TransformJobSummaries", [summary("Transform", name, made) for name in names]),
            DescribeTransformJob=described,
            DescribeModel={"ModelName": "m", "ModelArn": arn("model/m"), "CreationTime": NOW, "PrimaryContainer": {}},
        ),
    )

    assert run.calls == {
        "DescribeInstanceTypes": 1,
        "DescribeModel": 1,
        "DescribeTransformJob": 4,
        "GetResources": 1,
        "ListAutoMLJobs": 1,
        "ListHyperParameterTuningJobs": 1,
        "ListPipelines": 1,
        "ListProcessingJobs": 1,
        "ListTrainingJobs": 1,
        "ListTransformJobs": 10,
    }
    assert [len(found.workload.runs) for found in run.found.values()] == [250] * 4


def test_an_account_with_nothing_takes_six_lists(bench: Bench) -> None:
    """No job: no description and no request for tags."""
    run = bench.run("sagemaker-jobs", {})

    assert sorted(run.calls) == [
        "ListAutoMLJobs",
        "ListHyperParameterTuningJobs",
        "ListPipelines",
        "ListProcessingJobs",
        "ListTrainingJobs",
        "ListTransformJobs",
    ]
    assert set(run.calls.values()) == {1}
