"""Notebooks, Studio apps, spaces and domains.

Answers are shaped as the SageMaker API reference gives them (read 2026-11), and held against botocore's models.
"""

from typing import Any

import pytest

from tests.collecting import Bench, paged, refused
from tests.recorded.sagemaker import arn, tags
from tests.recorded_aws import NOW, Answer


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Give a bench for this module."""
    return Bench()


def notebook(name: str, status: str = "InService") -> dict[str, Any]:
    """Return one entry of ListNotebookInstances."""
    return {
        "NotebookInstanceName": name,
        "NotebookInstanceArn": arn(f"notebook-instance/{name}"),
        "NotebookInstanceStatus": status,
        "InstanceType": "ml.g5.xlarge",
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
    }


def app(kind: str, instance_type: str | None, status: str = "InService", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListApps; one of a space has SpaceName, one of a person UserProfileName."""
    return {
        "DomainId": "d-1",
        "AppType": kind,
        "AppName": "default",
        "Status": status,
        "CreationTime": NOW,
        **({"ResourceSpec": {"InstanceType": instance_type}} if instance_type else {}),
        **({"SpaceName": "lena"} if "UserProfileName" not in more else {}),
        **more,
    }


def account(**answers: Answer) -> dict[tuple[str, str], Answer]:
    """Return the answers of an account with the given ones of SageMaker."""
    tagging: dict[tuple[str, str], Answer] = {("resourcegroupstaggingapi", "GetResources"): tags}
    return tagging | {("sagemaker", operation): answer for operation, answer in answers.items()}


@pytest.mark.parametrize(
    ("status", "count"), [("InService", 1.0), ("InMaintenance", 1.0), ("Stopped", 0.0), ("Failed", 0.0)]
)
def test_a_notebook_that_is_off_counts_none(bench: Bench, status: str, count: float) -> None:
    """On or off is known from the list: off is 0 instances, not an unknown number."""
    run = bench.run(
        "sagemaker-notebooks", account(ListNotebookInstances={"NotebookInstances": [notebook("lab", status)]})
    )

    workload = run.workload("sagemaker_notebook:lab")

    assert workload.compute.instance_count == count
    assert workload.tags == {"team": "body"}


@pytest.mark.parametrize("kind", ["JupyterLab", "CodeEditor", "KernelGateway"])
def test_a_studio_app_that_runs_is_a_notebook(bench: Bench, kind: str) -> None:
    """An app in service on an instance is a person's desk like a notebook, with the tags of its real ARN."""
    real = arn(f"app/d-1/lena/{kind.lower()}/default")
    answers = account(ListApps={"Apps": [app(kind, "ml.g5.xlarge")]})
    answers["resourcegroupstaggingapi", "GetResources"] = {
        "ResourceTagMappingList": [{"ResourceARN": real, "Tags": [{"Key": "team", "Value": "lena"}]}]
    }
    run = bench.run("sagemaker-notebooks", answers)

    workload = run.workload(f"sagemaker_notebook:d-1/lena/{kind}/default")

    assert (workload.arn, workload.tags) == (real, {"team": "lena"})
    assert workload.compute.instance_type == "ml.g5.xlarge"
    assert run.resources[real].facts["app"] == kind


def test_the_real_arn_of_an_app_is_the_one_that_carries_its_tags(bench: Bench) -> None:
    """The list gives no ARN: where the tagging API spells it otherwise, that spelling holds."""
    spelled = arn("app/d-1/lena/JupyterLab/default")
    answers = account(ListApps={"Apps": [app("JupyterLab", "ml.g5.xlarge")]})
    answers["resourcegroupstaggingapi", "GetResources"] = {"ResourceTagMappingList": [{"ResourceARN": spelled}]}

    run = bench.run("sagemaker-notebooks", answers)

    assert run.workload("sagemaker_notebook:d-1/lena/JupyterLab/default").resources == (spelled,)


def test_canvas_runs_though_its_type_is_not_told(bench: Bench) -> None:
    """A Canvas session is paid for by the hour; ListApps names no instance, and that is said."""
    run = bench.run("sagemaker-notebooks", account(ListApps={"Apps": [app("Canvas", None, UserProfileName="ana")]}))

    workload = run.workload("sagemaker_notebook:d-1/ana/Canvas/default")

    assert workload.compute.instance_type is None
    assert any(one.what == "compute.instance_type" for one in workload.missing)


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        (app("JupyterServer", "system", UserProfileName="ana"), True),
        (app("JupyterLab", "ml.g5.xlarge", status="Failed"), True),
        (app("JupyterLab", "ml.g5.xlarge", status="Deleted"), False),
    ],
)
def test_an_app_that_runs_nothing_paid_for_is_a_resource_at_most(
    bench: Bench, given: dict[str, Any], *, listed: bool
) -> None:
    """AWS's own machine, a failed app: they are there and no workload. A deleted one is not there."""
    run = bench.run("sagemaker-notebooks", account(ListApps={"Apps": [given]}))

    assert run.found == {}
    assert len(run.resources) == listed


def test_domains_and_spaces_are_there_with_the_disk_that_is_paid_for(bench: Bench) -> None:
    """A space keeps its volume while nothing runs in it."""
    space = {
        "DomainId": "d-1",
        "SpaceName": "lena",
        "Status": "InService",
        "SpaceSettingsSummary": {
            "AppType": "JupyterLab",
            "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 100}},
        },
    }
    domain = {"DomainId": "d-1", "DomainArn": arn("domain/d-1"), "DomainName": "team", "Status": "InService"}
    run = bench.run("sagemaker-notebooks", account(ListDomains={"Domains": [domain]}, ListSpaces={"Spaces": [space]}))

    assert run.found == {}
    assert run.resources[arn("domain/d-1")].type == "sagemaker:domain"
    assert run.resources[arn("space/d-1/lena")].facts == {
        "app": "JupyterLab", "status": "InService", "volume_gb": "100",
    }  # fmt: skip


def test_the_requests_are_the_least_possible(bench: Bench) -> None:
    """250 notebooks and no app: 3 pages, 3 for the tags, 1 for each other list, and nothing described."""
    run = bench.run(
        "sagemaker-notebooks",
        account(ListNotebookInstances=paged("NotebookInstances", [notebook(f"n{n:03d}") for n in range(250)])),
    )

    assert len(run.found) == 250
    assert run.calls == {
        "DescribeInstanceTypes": 1,
        "GetResources": 3,
        "ListApps": 1,
        "ListDomains": 1,
        "ListNotebookInstances": 3,
        "ListSpaces": 1,
    }


@pytest.mark.parametrize("operation", ["ListNotebookInstances", "ListApps", "ListDomains", "ListSpaces"])
def test_a_denied_list_is_a_hole_and_the_others_are_read(bench: Bench, operation: str) -> None:
    """One list refused: the coverage names it, what the others hold is found."""
    answers = account(
        ListNotebookInstances={"NotebookInstances": [notebook("lab")]},
        ListApps={"Apps": [app("JupyterLab", "ml.g5.xlarge")]},
    )
    whole = bench.run("sagemaker-notebooks", answers)
    answers["sagemaker", operation] = refused("AccessDeniedException")

    run = bench.run("sagemaker-notebooks", answers)

    assert len(whole.found) - len(run.found) == (operation in ("ListNotebookInstances", "ListApps"))
    assert {name for name, entry in run.coverage.items() if entry.reason} == {operation}
    assert run.coverage[operation].status == "denied"


def test_a_second_page_that_fails_keeps_the_first(bench: Bench) -> None:
    """The first page's notebooks are found, the list is partial."""

    def pages(params: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in params:
            refused("InternalFailure")(params)
        return {"NotebookInstances": [notebook("lab")], "NextToken": "2"}

    run = bench.run("sagemaker-notebooks", account(ListNotebookInstances=pages))

    assert run.order == ["sagemaker_notebook:eu-central-1:lab"]
    assert run.coverage["ListNotebookInstances"].status == "partial"
