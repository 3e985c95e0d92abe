"""Answer the calls about the seeded things: lists with AWS's page sizes, descriptions, tags."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from bench.aws_server import wire
from bench.aws_server.instance_types import instance_types
from bench.aws_server.request import Refused, Request
from bench.aws_server.things import arn, key_values
from bench.aws_server.world import LISTS, Place, Shown


@dataclass(frozen=True)
class Paging:
    """The names of a list's page size and token, its default and largest page (each API reference, read 2026-11)."""

    size: str
    token: str
    default: int
    largest: int


# EC2 gives up to 1,000 where no size is asked for; SageMaker 10 at a time unless more are asked for, up to 100.
PAGING = {
    "ec2": Paging("MaxResults", "NextToken", 1000, 1000),
    "autoscaling": Paging("MaxRecords", "NextToken", 50, 100),
    "sagemaker": Paging("MaxResults", "NextToken", 10, 100),
    "batch": Paging("maxResults", "nextToken", 100, 100),
    "resourcegroupstaggingapi": Paging("ResourcesPerPage", "PaginationToken", 50, 100),
}
_EC2_TYPES = Paging("MaxResults", "NextToken", 100, 100)
_OUT_TOKEN = {"ec2": "NextToken", "autoscaling": "NextToken", "sagemaker": "NextToken", "batch": "nextToken"}

Answer = Callable[[Place, Request], bytes]


def cut(request: Request, paging: Paging, things: list[Any]) -> tuple[list[Any], str]:
    """Return the page that was asked for, and the token of the next one; empty: it is the last."""
    size = int(request.asked.get(paging.size) or paging.default)
    if size > paging.largest:
        raise Refused("ValidationException", f"{paging.size} {size} is larger than {paging.largest}")
    token = request.asked.get(paging.token)
    start = int(base64.urlsafe_b64decode(token)) if token else 0
    after = start + size
    return things[start:after], base64.urlsafe_b64encode(str(after).encode()).decode() if after < len(things) else ""


def _page(place: Place, request: Request, kind: str, things: list[Shown], paging: Paging | None = None) -> bytes:
    key = LISTS[kind][2]
    some, token = cut(request, paging or PAGING[request.service], things)
    more = {_OUT_TOKEN[request.service]: token} if token else {}
    pieces = [shown.listed for shown in some]
    body = wire.page(request.service, request.operation, request.protocol, key=key, pieces=pieces, more=more)
    return place.fill(body)


def _sagemaker_list(kind: str, word: str) -> Answer:
    def answer(place: Place, request: Request) -> bytes:
        asked, things = request.asked, place.holds.things[kind]
        if status := asked.get("StatusEquals"):
            names = (f"{word}Status", f"{word.removesuffix('Summary')}Status")
            things = [s for s in things if any(s.thing.listed.get(name) == status for name in names)]
        if part := asked.get("NameContains"):
            things = [s for s in things if part in s.thing.name]
        if after := asked.get("CreationTimeAfter"):
            things = [s for s in things if s.thing.listed["CreationTime"] >= float(after)]
        if before := asked.get("CreationTimeBefore"):
            things = [s for s in things if s.thing.listed["CreationTime"] <= float(before)]
        return _page(place, request, kind, things)

    return answer


def _sagemaker_describe(kind: str, word: str) -> Answer:
    def answer(place: Place, request: Request) -> bytes:
        name = request.asked[f"{word}Name"]
        shown = place.holds.by_name[kind].get(name)
        if shown is None:
            raise Refused("ValidationException", f'Could not find {word} "{name}".')
        return place.fill(shown.described)

    return answer


def _sagemaker_tags(place: Place, request: Request) -> bytes:
    shown = place.holds.by_id.get(place.pattern(request.asked["ResourceArn"]))
    if shown is None:
        raise Refused("ValidationException", "Could not find the resource.")
    return wire.whole("sagemaker", "ListTags", "json", {"Tags": key_values(shown.thing.tags)})


# What Search holds, and under which member a record of it stands: that of a model lies one deeper.
_SEARCHED = {"Endpoint": "sagemaker:endpoint", "Model": "sagemaker:model", "TrainingJob": "sagemaker:training-job"}
_SEARCH = Paging("MaxResults", "NextToken", 100, 100)


def _search(place: Place, request: Request) -> bytes:
    """Answer with whole descriptions and tags, a page of 100 at most; by the time of creation where that is asked."""
    word = request.asked["Resource"]
    things = place.holds.things[_SEARCHED[word]] if word in _SEARCHED else []
    for one in (request.asked.get("SearchExpression") or {}).get("Filters") or ():
        if one["Name"] != "CreationTime" or not one["Operator"].startswith("GreaterThan"):
            raise Refused("ValidationException", f"this server knows no filter {one['Name']} {one['Operator']}")
        after = datetime.fromisoformat(one["Value"]).timestamp()
        things = [s for s in things if s.thing.listed["CreationTime"] > after]
    some, token = cut(request, _SEARCH, things)
    found = [{**shown.thing.described, "Tags": key_values(shown.thing.tags)} for shown in some]
    records = [{word: {"Model": one} if word == "Model" else one} for one in found]
    value = {"Results": records} | ({"NextToken": token} if token else {})
    return place.fill(wire.whole("sagemaker", "Search", request.protocol, value))


def _instances(place: Place, request: Request) -> bytes:
    things = place.holds.things["ec2:instance"]
    if named := request.several("InstanceId"):
        wanted = {place.pattern(identity) for identity in named}
        things = [s for s in things if s.thing.id in wanted]
    filters = request.filters()
    for name, field in (("instance-type", "InstanceType"), ("instance-id", "InstanceId")):
        if values := filters.pop(name, None):
            patterns = [place.pattern(value) for value in values]
            things = [s for s in things if any(fnmatchcase(s.thing.listed["Instances"][0][field], p) for p in patterns)]
    if states := filters.pop("instance-state-name", None):
        things = [s for s in things if s.thing.listed["Instances"][0]["State"]["Name"] in states]
    if filters:
        raise Refused("InvalidParameterValue", f"this server knows no filter {', '.join(filters)}")
    return _page(place, request, "ec2:instance", things)


def _volumes(place: Place, request: Request) -> bytes:
    things = place.holds.things["ec2:volume"]
    if named := request.several("VolumeId"):
        wanted = {place.pattern(identity) for identity in named}
        things = [s for s in things if s.thing.id in wanted]
    return _page(place, request, "ec2:volume", things)


def _types(place: Place, request: Request) -> bytes:
    del place
    known = instance_types()
    wanted = request.several("InstanceType")
    if unknown := [name for name in wanted if name not in known]:
        raise Refused("InvalidInstanceType", f"The following supplied instance types do not exist: {unknown}")
    patterns = wanted or request.filters().get("instance-type") or ["*"]
    chosen = [known[name] for name in sorted(known) if any(fnmatchcase(name, pattern) for pattern in patterns)]
    some, token = cut(request, _EC2_TYPES, chosen)
    value = {"InstanceTypes": some} | ({"NextToken": token} if token else {})
    return wire.whole("ec2", "DescribeInstanceTypes", "ec2", value)


def _groups(place: Place, request: Request) -> bytes:
    things = place.holds.things["autoscaling:autoScalingGroup"]
    if named := request.several("AutoScalingGroupNames.member"):
        things = [s for s in things if s.thing.name in named]
    return _page(place, request, "autoscaling:autoScalingGroup", things)


def _batch_list(kind: str, named: str) -> Answer:
    def answer(place: Place, request: Request) -> bytes:
        things = place.holds.things[kind]
        if wanted := request.asked.get(named):
            patterns = {place.pattern(name) for name in wanted}
            things = [s for s in things if s.thing.id in patterns or s.thing.name in patterns]
        if (status := request.asked.get("status")) is not None:
            things = [s for s in things if s.thing.listed["status"] == status]
        return _page(place, request, kind, things)

    return answer


def _batch_jobs(place: Place, request: Request) -> bytes:
    """Without a filter Batch lists the jobs of one status, RUNNING unless another is named."""
    asked = request.asked
    queue = place.pattern(asked["jobQueue"])
    things = [s for s in place.holds.things["batch:job"] if s.thing.queue.endswith(queue.split("/")[-1])]
    filters = {one["name"]: one["values"] for one in asked.get("filters") or ()}
    for name, values in filters.items():
        if name != "AFTER_CREATED_AT":
            raise Refused("ClientException", f"this server knows no filter {name}")
        things = [s for s in things if s.thing.listed["createdAt"] > int(values[0])]
    if not filters:
        status = asked.get("jobStatus") or "RUNNING"
        things = [s for s in things if s.thing.listed["status"] == status]
    return _page(place, request, "batch:job", things)


def _tagged(place: Place, request: Request) -> bytes:
    asked = request.asked
    things = [s.thing for all_of in place.holds.things.values() for s in all_of if s.thing.tags]
    if arns := asked.get("ResourceARNList"):
        wanted = {place.pattern(one) for one in arns}
        things = [thing for thing in things if _arn(thing.kind, thing.id) in wanted]
    if types := asked.get("ResourceTypeFilters"):
        things = [thing for thing in things if any(thing.kind == t or thing.kind.startswith(f"{t}:") for t in types)]
    # Up to 100 ARNs are asked about at once, and are answered at once.
    some, token = (things, "") if asked.get("ResourceARNList") else cut(request, PAGING[request.service], things)
    mapped = [{"ResourceARN": place.text(_arn(thing.kind, thing.id)), "Tags": key_values(thing.tags)} for thing in some]
    value = {"PaginationToken": token, "ResourceTagMappingList": mapped}
    return wire.whole(request.service, request.operation, request.protocol, value)


def _arn(kind: str, identity: str) -> str:
    return identity if identity.startswith("arn:") else arn("ec2", f"{kind.split(':')[1]}/{identity}")


def _sagemaker() -> dict[tuple[str, str], Answer]:
    found: dict[tuple[str, str], Answer] = {
        ("sagemaker", "ListTags"): _sagemaker_tags,
        ("sagemaker", "Search"): _search,
    }
    for kind, (service, operation, _) in LISTS.items():
        if service == "sagemaker":
            word = operation.removeprefix("List").removesuffix("s")
            found[service, operation] = _sagemaker_list(kind, word)
            found[service, f"Describe{word}"] = _sagemaker_describe(kind, word)
    return found


THINGS: dict[tuple[str, str], Answer] = {
    **_sagemaker(),
    ("ec2", "DescribeInstances"): _instances,
    ("ec2", "DescribeVolumes"): _volumes,
    ("ec2", "DescribeInstanceTypes"): _types,
    ("autoscaling", "DescribeAutoScalingGroups"): _groups,
    ("batch", "DescribeJobQueues"): _batch_list("batch:job-queue", "jobQueues"),
    ("batch", "DescribeComputeEnvironments"): _batch_list("batch:compute-environment", "computeEnvironments"),
    ("batch", "DescribeJobDefinitions"): _batch_list("batch:job-definition", "jobDefinitions"),
    ("batch", "ListJobs"): _batch_jobs,
    ("resourcegroupstaggingapi", "GetResources"): _tagged,
}
