"""What EC2 merely starts belongs to the service that runs on it: groups, disks, names, schedules."""

from aimigrate.assess._found import Found, Link, Wanted
from aimigrate.assess._grain import resources_of, settle
from aimigrate.contracts.inventory import Missing, Resource, Workload, WorkloadKind
from aimigrate.rendering.report_text import KINDS


def found(kind: WorkloadKind, name: str, *resources: str, **more: object) -> Found:
    """Give a workload that claims these resources; `names` and `triggers` as given."""
    names = more.pop("names", ())
    workload = Workload(id=f"{kind}:r:{name}", kind=kind, region="r", name=name, resources=resources, **more)
    return Found(workload, names=names)  # type: ignore[arg-type]  # a tuple of the caller's


def test_who_has_the_group_has_all_of_it() -> None:
    """A node group that claims its Auto Scaling group gets an instance that joined after it looked."""
    group = found("ec2_asg", "g", "arn:g", "i-1", "i-2", "vol-2", arn="arn:g")
    nodes = found("eks_nodegroup", "c/n", "arn:n", "arn:g", "i-1", arn="arn:n")

    (kept,) = settle([group, nodes]).found

    assert kept.workload.id == "eks_nodegroup:r:c/n"
    assert kept.workload.resources == ("arn:g", "arn:n", "i-1", "i-2", "vol-2")


def test_a_group_lends_the_names_and_schedules_it_is_known_by() -> None:
    """A load balancer that points at the group, and a clock that resizes it, then speak of the keeper."""
    group = found("ec2_asg", "g", "arn:g", "i-1", arn="arn:g", triggers=("schedule:0 6 * * *",), names=("arn:tg",))
    service = found("ecs_service", "s", "arn:s", "i-1", arn="arn:s", triggers=("http",))

    (kept,) = settle([group, service]).found

    assert kept.names == ("arn:tg", "ec2_asg:r:g", "name:g")
    assert kept.workload.triggers == ("http", "schedule:0 6 * * *")


def test_a_fleet_is_dropped_when_a_service_has_all_its_instances() -> None:
    """A fleet says where something runs, not what."""
    fleet = found("ec2_fleet", "f", "arn:f", "i-1", arn="arn:f")
    queue = found("batch_queue", "q", "arn:q", "i-1", arn="arn:q")

    (kept,) = settle([fleet, queue]).found

    assert kept.workload.resources == ("arn:f", "arn:q", "i-1")


def test_a_disk_goes_where_its_instance_goes() -> None:
    """A service knows its instances but not their disks; EC2 says what is attached to what."""
    service = found("ecs_service", "s", "arn:s", "i-1", arn="arn:s")
    mine = Resource(id="vol-1", type="ec2:volume", region="r", facts={"attached_to": "i-1"})
    other = Resource(id="vol-2", type="ec2:volume", region="r", facts={"attached_to": "i-2"})

    settled = settle([mine, service, other])

    assert settled.found[0].workload.resources == ("arn:s", "i-1", "vol-1")


def test_what_two_services_know_of_one_thing_is_put_together() -> None:
    """EC2 knows the type of an instance, Batch for which environment it runs."""
    ec2 = Resource(id="i-1", type="ec2:instance", region="r", facts={"instance_type": "g5.xlarge"})
    batch = Resource(id="i-1", type="ec2:instance", region="r", facts={"compute_environment": "gpu"})

    (one,) = resources_of((), (ec2, batch))

    assert one.facts == {"compute_environment": "gpu", "instance_type": "g5.xlarge"}


def test_what_a_load_balancer_counts_is_missing_no_more() -> None:
    """EC2 alone can't tell that requests are counted; the link from the target group can, and says how they come."""
    why = Missing(what="requests_count", reason="no load balancer")
    alone = found("ec2_asg", "g", "i-1", names=("arn:tg",), triggers=("http",), missing=(why,))
    counted = Wanted("requests_count", "Sum", "AWS/ApplicationELB", "RequestCount", ())

    (kept,) = settle([alone, Link("arn:tg", "http:alb", "arn:lb", (counted,))]).found

    assert kept.workload.missing == ()
    assert kept.workload.triggers == ("http:alb",)
    assert counted in kept.wanted


def test_an_instance_is_one_resource() -> None:
    """EC2 bills it by its id; its ARN is another name of the same thing."""
    arn = "arn:aws:ec2:eu-central-1:123456789012:instance/i-1"
    alone = found("ec2_instance", "i-1", "i-1", "vol-1", arn=arn).workload

    assert [one.id for one in resources_of((alone,), ())] == ["i-1", "vol-1"]


def test_the_report_has_a_name_for_each_kind_of_machine_and_container() -> None:
    """A new kind is called something in the report."""
    kinds: tuple[WorkloadKind, ...] = ("ec2_fleet", "ecs_task", "eks_nodegroup", "eks_fargate")

    assert all(KINDS[kind] for kind in kinds)
