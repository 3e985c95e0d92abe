"""SageMaker notebook instances and Studio apps: compute a person switched on, and may have left on."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Found, compute_of, tags_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Missing, Workload

_NO_METRIC = Missing(
    what="gpu_utilization_percent",
    reason="SageMaker publishes no utilization of notebooks",
    fix="publish GPU utilization from a lifecycle configuration, or state it as an observation (usage.csv)",
)


@dataclass(frozen=True)
class SageMakerNotebooks:
    """Each notebook instance, on or off, and each Studio app on an accelerator."""

    name: str = "sagemaker-notebooks"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "sagemaker:ListApps",
            "sagemaker:ListNotebookInstances",
            "sagemaker:ListTags",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:
        """Yield notebooks, then apps."""
        for notebook in reader.items("sagemaker", "list_notebook_instances", "NotebookInstances"):
            yield _notebook(reader, types, notebook)
        for app in reader.items("sagemaker", "list_apps", "Apps", optional=True):
            instance_type = app.get("ResourceSpec", {}).get("InstanceType")
            if app.get("Status") == "InService" and instance_type and types.accelerator(instance_type):
                yield _app(reader, types, app, instance_type)


def _notebook(reader: Reader, types: InstanceTypes, notebook: Item) -> Found:
    name, arn = notebook["NotebookInstanceName"], notebook["NotebookInstanceArn"]
    on = notebook["NotebookInstanceStatus"] in ("InService", "Pending", "Updating")
    compute, missing = compute_of(types, notebook.get("InstanceType"), count=float(on), max_count=1, spot=False)
    return Found(
        Workload(
            id=workload_id("sagemaker_notebook", reader.region, name),
            kind="sagemaker_notebook",
            region=reader.region,
            name=name,
            arn=arn,
            resources=(arn,),
            created_at=notebook.get("CreationTime"),
            tags=tags_of(reader.items("sagemaker", "list_tags", "Tags", ResourceArn=arn)),
            compute=compute,
            triggers=("manual",),
            missing=(*missing, _NO_METRIC),
        )
    )


def _app(reader: Reader, types: InstanceTypes, app: Item, instance_type: str) -> Found:
    owner = app.get("UserProfileName") or app.get("SpaceName") or "shared"
    name = "/".join((app["DomainId"], owner, app["AppType"], app["AppName"]))
    arn = f"arn:aws:sagemaker:{reader.region}:{reader.scope.account_id}:app/{name}"
    compute, missing = compute_of(types, instance_type, count=1.0, max_count=1, spot=False)
    return Found(
        Workload(
            id=workload_id("sagemaker_notebook", reader.region, name),
            kind="sagemaker_notebook",
            region=reader.region,
            name=name,
            arn=arn,
            resources=(arn,),
            created_at=app.get("CreationTime"),
            compute=compute,
            triggers=("manual",),
            missing=(*missing, _NO_METRIC),
        )
    )


collector = SageMakerNotebooks()
