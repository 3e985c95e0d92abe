"""SageMaker notebook instances and Studio: compute a person switched on, and may have left on.

The least possible requests in a region: the lists of notebooks, apps, spaces and domains in pages of 100 (at least one
each), one GetResources for every 100 notebooks, and one for every 100 tagged apps where there are apps. Nothing is
described.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import arn_of
from aimigrate.assess._found import Found, compute_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes, types_named
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._tags import TAGS_ACTION, tags_by_arn, tags_missing, tags_of_arns
from aimigrate.contracts.inventory import Missing, Resource, Workload

_PAGE = 100  # MaxResults of SageMaker's lists, 10 unless asked for (SageMaker API reference, read 2026-11)
_ON = frozenset({"InService", "Pending", "Updating", "PendingMaintenance", "InMaintenance"})
# AWS pays for the machine of these two (SageMaker Studio developer guide, instance type `system`, read 2026-11).
_SYSTEM = "system"
_NO_METRIC = Missing(
    what="gpu_utilization_percent",
    reason="SageMaker publishes no utilization of notebooks",
    fix="publish GPU utilization from a lifecycle configuration, or state it as an observation (usage.csv)",
)
_NO_TYPE = Missing(what="compute.instance_type", reason="ListApps names no instance type of this app")


@dataclass(frozen=True)
class SageMakerNotebooks:
    """Each notebook instance, on or off, and each Studio app that runs; domains and spaces beside them."""

    name: str = "sagemaker-notebooks"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "sagemaker:ListApps",
            "sagemaker:ListDomains",
            "sagemaker:ListNotebookInstances",
            "sagemaker:ListSpaces",
            TAGS_ACTION,
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found | Resource]:
        """Yield notebooks, apps, domains and spaces; an app that is off, or on AWS's own machine, is no workload."""
        notebooks = reader.items("sagemaker", "list_notebook_instances", "NotebookInstances", MaxResults=_PAGE)
        notebooks.sort(key=lambda notebook: str(notebook["NotebookInstanceName"]))
        types.learn(types_named(notebooks))
        tags = tags_of_arns(reader, [notebook["NotebookInstanceArn"] for notebook in notebooks])
        for notebook in notebooks:
            yield _notebook(reader, types, notebook, tags)
        domains = reader.items("sagemaker", "list_domains", "Domains", MaxResults=_PAGE)
        yield from _apps(reader, types)
        for domain in sorted(domains, key=lambda one: str(one["DomainId"])):
            facts = {"name": str(domain.get("DomainName", "")), "status": str(domain.get("Status", ""))}
            yield Resource(id=domain["DomainArn"], type="sagemaker:domain", region=reader.region, facts=facts)
        yield from _spaces(reader)


def _notebook(reader: Reader, types: InstanceTypes, notebook: Item, tags: dict[str, dict[str, str]]) -> Found:
    name, arn = notebook["NotebookInstanceName"], notebook["NotebookInstanceArn"]
    on = notebook.get("NotebookInstanceStatus") in _ON
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
            tags=tags.get(arn, {}),
            compute=compute,
            triggers=("manual",),
            missing=(*missing, _NO_METRIC, *tags_missing(reader, tags, arn)),
        )
    )


def _apps(reader: Reader, types: InstanceTypes) -> Iterator[Found | Resource]:
    """Yield each app; the list gives no ARN, and its type stands in lower case in the real one."""
    listed = reader.items("sagemaker", "list_apps", "Apps", optional=True, MaxResults=_PAGE)
    apps = [app for app in listed if app.get("Status") != "Deleted"]  # listed for a day after it went
    types.learn(types_named(apps))
    tagged = tags_by_arn(reader, ("sagemaker:app",)) if apps else {}
    real = {arn.lower(): arn for arn in tagged}
    for app in sorted(apps, key=_app_name):
        path = _app_name(app, lower_type=True)
        made = arn_of(reader, "sagemaker", f"app/{path}")
        arn = real.get(made.lower(), made)
        instance_type = app.get("ResourceSpec", {}).get("InstanceType")
        runs = app.get("Status") == "InService" and instance_type != _SYSTEM
        if runs and (instance_type or app.get("AppType") == "Canvas"):
            yield _app(reader, types, app, arn, tagged)
        facts = {"app": app.get("AppType"), "status": app.get("Status"), "instance_type": instance_type}
        known = {name: str(value) for name, value in facts.items() if value}
        yield Resource(id=arn, type="sagemaker:app", region=reader.region, facts=known)


def _app_name(app: Item, *, lower_type: bool = False) -> str:
    owner = app.get("UserProfileName") or app.get("SpaceName") or "shared"
    kind = str(app["AppType"])
    return "/".join((app["DomainId"], owner, kind.lower() if lower_type else kind, app["AppName"]))


def _app(reader: Reader, types: InstanceTypes, app: Item, arn: str, tags: dict[str, dict[str, str]]) -> Found:
    instance_type = app.get("ResourceSpec", {}).get("InstanceType")
    compute, missing = compute_of(types, instance_type, count=1.0, max_count=1, spot=False)
    name = _app_name(app)
    return Found(
        Workload(
            id=workload_id("sagemaker_notebook", reader.region, name),
            kind="sagemaker_notebook",
            region=reader.region,
            name=name,
            arn=arn,
            resources=(arn,),
            created_at=app.get("CreationTime"),
            tags=tags.get(arn, {}),
            compute=compute,
            triggers=("manual",),
            missing=(
                *missing,
                *(() if instance_type else (_NO_TYPE,)),
                _NO_METRIC,
                *tags_missing(reader, tags, arn),
            ),
        )
    )


def _spaces(reader: Reader) -> Iterator[Resource]:
    """Yield each space: its disk is paid for while no app runs in it."""
    spaces = reader.items("sagemaker", "list_spaces", "Spaces", optional=True, MaxResults=_PAGE)
    for space in sorted(spaces, key=lambda one: (str(one["DomainId"]), str(one["SpaceName"]))):
        settings = space.get("SpaceSettingsSummary", {})
        disk = settings.get("SpaceStorageSettings", {}).get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb")
        facts = {"app": settings.get("AppType"), "status": space.get("Status"), "volume_gb": disk}
        known = {name: str(value) for name, value in facts.items() if value}
        arn = arn_of(reader, "sagemaker", f"space/{space['DomainId']}/{space['SpaceName']}")
        yield Resource(id=arn, type="sagemaker:space", region=reader.region, facts=known)


collector = SageMakerNotebooks()
