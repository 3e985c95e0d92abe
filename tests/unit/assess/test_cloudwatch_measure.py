"""What becomes of a workload when its metrics are read, and when they can't be."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aimigrate.assess._agent_metrics import agent_metrics, target_group_metrics
from aimigrate.assess._answers import Answer, freeze, question
from aimigrate.assess._found import Found, Statistic, Wanted
from aimigrate.assess._metric_plan import metrics_wanted
from aimigrate.assess._reading import Item, Reader, Scope
from aimigrate.assess._refusals import Refusal, RefusalStatus
from aimigrate.assess.collectors.cloudwatch import collector
from aimigrate.contracts.inventory import Compute, Metric, Workload

NOW = datetime(2026, 11, 20, tzinfo=UTC)
START = NOW - timedelta(days=14)
Values = Callable[[Item], list[float | None]]


class Cloud:
    """CloudWatch as a table of metrics: name and dimensions to a value for each of the first periods."""

    records = False

    def __init__(self, values: dict[tuple[str, str], list[float | None]], listed: Sequence[Item] = ()) -> None:
        self.values, self.listed = values, listed
        self.codes: dict[str, str] = {}
        self.refuse: Callable[[str, Item], RefusalStatus | None] = lambda _call, _asked: None
        self.asked: list[Item] = []
        self.calls: Counter[str] = Counter()

    def read(self, service: str, call: str, key: str | None, parameters: Item, *, optional: bool) -> Answer:  # noqa: ARG002  # as Source
        self.calls[call] += 1
        operation = "".join(part.capitalize() for part in call.split("_"))
        status = self.refuse(call, parameters)
        if status is not None:
            refusal = Refusal(status, f"{service}:{operation} was answered with Code", "mend it")
            return Answer(service, operation, question(key, parameters), [], 0, refusal)
        found = self._lists(parameters) if call == "list_metrics" else self._points(parameters)
        return Answer(service, operation, question(key, parameters), freeze(found), 1)

    def read_all(
        self, service: str, call: str, key: str | None, asked: Sequence[Item], *, optional: bool
    ) -> list[Answer]:
        return [self.read(service, call, key, one, optional=optional) for one in asked]

    def _lists(self, parameters: Item) -> list[Any]:
        return [
            one
            for one in self.listed
            if parameters.get("MetricName", one["MetricName"]) == one["MetricName"]
            and parameters.get("Namespace", one["Namespace"]) == one["Namespace"]
        ]

    def _points(self, parameters: Item) -> list[Any]:
        found = []
        for query in parameters["MetricDataQueries"]:
            self.asked.append(query["MetricStat"])
            metric, period_s = query["MetricStat"]["Metric"], query["MetricStat"]["Period"]
            of = metric["Dimensions"][0]["Value"]
            values = self.values.get((metric["MetricName"], of), [])
            code = self.codes.get(metric["MetricName"], "Complete")
            if code in {"Forbidden", "InternalError"}:
                values = []
            held = [
                (parameters["StartTime"] + timedelta(seconds=n * period_s), v)
                for n, v in enumerate(values)
                if v is not None
            ]
            if code == "left out":
                continue
            result = {"Timestamps": [at for at, _ in held], "Values": [v for _, v in held], "StatusCode": code}
            found.append({"Id": query["Id"], **result})
        return found


def reader_of(cloud: Cloud, *, lookback_days: float = 14, metrics_left: int | None = None) -> Reader:
    return Reader(Scope("1", ("r",), NOW, lookback_days), "r", cloud, metrics_left=metrics_left)


def wanted(metric: Metric, name: str, of: str = "a", statistic: Statistic = "Average", **more: Any) -> Wanted:  # noqa: ANN401  # any field
    return Wanted(metric, statistic, "AWS/X", name, (("Name", of),), **more)


def found(*wants: Wanted, name: str = "a", **more: Any) -> Found:  # noqa: ANN401  # any field
    workload = Workload(
        id=f"ec2_instance:r:{name}", kind="ec2_instance", region="r", name=name, **more.pop("fields", {})
    )
    return Found(workload, wants, **more)


def measure(cloud: Cloud, *items: Found, **more: Any) -> list[Workload]:  # noqa: ANN401  # as reader_of
    return list(collector.measure(reader_of(cloud, **more), items))


def test_a_workload_with_every_metric_is_measured() -> None:
    """Each figure has a series, nothing is missing."""
    cloud = Cloud({("Cpu", "a"): [1.0, 2.0], ("Requests", "a"): [3.0, 4.0]})

    (workload,) = measure(
        cloud, found(wanted("cpu_utilization_percent", "Cpu"), wanted("requests_count", "Requests", statistic="Sum"))
    )

    assert workload.reading == "measured"
    assert {one.metric for one in workload.series} == {"cpu_utilization_percent", "requests_count"}
    assert workload.missing == ()


def test_requests_are_read_by_the_minute_and_the_rest_by_five() -> None:
    """The peak of a minute decides how many modules it takes; both periods share one request."""
    cloud = Cloud({("Cpu", "a"): [1.0, 2.0], ("Requests", "a"): [3.0, 4.0]})

    (workload,) = measure(
        cloud, found(wanted("cpu_utilization_percent", "Cpu"), wanted("requests_count", "Requests", statistic="Sum"))
    )

    series = {one.metric: one for one in workload.series}
    assert (series["requests_count"].period_s, series["requests_count"].values[:3]) == (60, (3.0, 4.0, None))
    assert (series["cpu_utilization_percent"].period_s, len(series["cpu_utilization_percent"].values)) == (300, 4032)
    assert series["requests_count"].start_at == series["cpu_utilization_percent"].start_at == START
    assert cloud.calls["get_metric_data"] == 1


def test_a_lookback_longer_than_minutes_are_kept_gives_a_series_for_each_age() -> None:
    """Hours, then five minutes, then minutes, each from where the coarser one ends."""
    cloud = Cloud({("Requests", "a"): [3.0, 4.0]})

    (workload,) = measure(cloud, found(wanted("requests_count", "Requests", statistic="Sum")), lookback_days=90)

    assert [one.period_s for one in workload.series] == [3600, 300, 60]
    ends = [one.start_at + timedelta(seconds=one.period_s * len(one.values)) for one in workload.series]
    assert ends == [workload.series[1].start_at, workload.series[2].start_at, NOW]
    assert metrics_wanted((found(wanted("requests_count", "Requests", statistic="Sum")),), lookback_days=90) == 3


def test_a_count_that_fell_silent_keeps_its_silent_weeks() -> None:
    """Requests three weeks ago and none since: the last weeks are read and null, not left out of the mean."""
    cloud = Cloud({("Requests", "a"): [3.0]})
    plain = cloud._points

    def only_old(asked: Item) -> list[Any]:
        values = dict(cloud.values) if asked["EndTime"] < NOW else {}
        cloud.values, kept = values, cloud.values
        answer = plain(asked)
        cloud.values = kept
        return answer

    cloud._points = only_old  # type: ignore[method-assign]  # the fake's own

    (workload,) = measure(cloud, found(wanted("requests_count", "Requests", statistic="Sum")), lookback_days=30)

    assert [any(value is not None for value in one.values) for one in workload.series] == [True, False]
    assert workload.reading == "measured"


def test_a_workload_with_some_metrics_is_partial_and_says_which_lack() -> None:
    """A figure without a point is null with a reason, never 0."""
    cloud = Cloud({("Cpu", "a"): [1.0]})

    (workload,) = measure(
        cloud, found(wanted("cpu_utilization_percent", "Cpu"), wanted("gpu_utilization_percent", "Gpu", fix="ask"))
    )

    assert workload.reading == "partial"
    assert [(one.what, one.fix) for one in workload.missing] == [("gpu_utilization_percent", "ask")]


def test_a_workload_without_a_point_has_no_metric() -> None:
    """Nothing was refused: there is nothing."""
    (workload,) = measure(Cloud({}), found(wanted("cpu_utilization_percent", "Cpu")))

    assert (workload.reading, workload.series) == ("no-metric", ())
    assert "AWS/X Cpu" in workload.missing[0].reason


def test_a_workload_that_nothing_is_wanted_of_has_no_metric() -> None:
    """And no call is made for it."""
    cloud = Cloud({})

    (workload,) = measure(cloud, found())

    assert workload.reading == "no-metric"
    assert not cloud.calls


def test_errors_that_never_happened_do_not_make_it_partial() -> None:
    """Load balancers publish a count of errors only where there was one."""
    cloud = Cloud({("Cpu", "a"): [1.0]})

    (workload,) = measure(
        cloud, found(wanted("cpu_utilization_percent", "Cpu"), wanted("errors_count", "5xx", statistic="Sum"))
    )

    assert workload.reading == "measured"
    assert [one.what for one in workload.missing] == ["errors_count"]


@pytest.mark.parametrize("status", ["denied", "throttled", "unsupported", "failed"])
def test_a_refused_request_is_how_the_reading_ended(status: RefusalStatus) -> None:
    """None of its metrics could be read: the workload says why, and the coverage has the hole."""
    cloud = Cloud({("Cpu", "a"): [1.0]})
    cloud.refuse = lambda call, _: status if call == "get_metric_data" else None
    reader = reader_of(cloud)

    (workload,) = collector.measure(reader, (found(wanted("cpu_utilization_percent", "Cpu")),))

    assert (workload.reading, workload.series) == (status, ())
    assert "GetMetricData" in workload.missing[0].reason
    assert reader.tally["r", "cloudwatch", "GetMetricData"].status() == status


def test_a_refused_list_is_how_the_reading_ended() -> None:
    """What an agent publishes can't be looked for: denied, not absent."""
    cloud = Cloud({})
    cloud.refuse = lambda call, _: "denied" if call == "list_metrics" else None

    (workload,) = measure(cloud, found(*agent_metrics((("InstanceId", "i-1"),))))

    assert workload.reading == "denied"
    assert all("ListMetrics" in one.reason for one in workload.missing)


@pytest.mark.parametrize(
    ("code", "status"), [("Forbidden", "denied"), ("InternalError", "failed"), ("PartialData", "partial")]
)
def test_what_cloudwatch_says_of_one_metric_is_kept_apart(code: str, status: str) -> None:
    """The other metrics of the same request are read, and the hole is named."""
    cloud = Cloud({("Cpu", "a"): [1.0], ("Gpu", "a"): [2.0], ("Cpu", "b"): [1.0]})
    cloud.codes["Gpu"] = code
    reader = reader_of(cloud)
    items = (found(wanted("gpu_utilization_percent", "Gpu")), found(wanted("cpu_utilization_percent", "Cpu", "b")))

    first, second = collector.measure(reader, items)

    assert (first.reading, second.reading) == (status, "measured")
    assert [code in one.reason for one in first.missing] == [True]
    assert reader.tally["r", "cloudwatch", "GetMetricData"].status() == "partial"
    assert "Gpu" in (reader.tally["r", "cloudwatch", "GetMetricData"].reason() or "")


def test_a_metric_that_failed_is_asked_for_once_more() -> None:
    """An internal error passes: the second answer counts, and no hole is left."""
    cloud = Cloud({("Gpu", "a"): [2.0], ("Cpu", "a"): [1.0]})
    cloud.codes["Gpu"] = "InternalError"
    plain = cloud.read

    def recover(*given: Any, **named: Any) -> Answer:  # noqa: ANN401  # as read
        answer = plain(*given, **named)
        cloud.codes.clear()
        return answer

    cloud.read = recover  # type: ignore[method-assign]  # the fake's own
    reader = reader_of(cloud)

    (workload,) = collector.measure(
        reader, (found(wanted("gpu_utilization_percent", "Gpu"), wanted("cpu_utilization_percent", "Cpu")),)
    )

    assert workload.reading == "measured"
    assert [one["Metric"]["MetricName"] for one in cloud.asked] == ["Cpu", "Gpu", "Gpu"]
    assert reader.tally["r", "cloudwatch", "GetMetricData"].status() == "complete"


def test_an_endpoint_without_percentiles_still_gives_the_rest() -> None:
    """It fails the whole request: asked again apart, only the percentile is lost."""
    cloud = Cloud({("Latency", "a"): [2.0], ("Cpu", "a"): [1.0]})

    def no_percentiles(call: str, asked: Item) -> RefusalStatus | None:
        if call == "get_metric_data" and any(
            one["MetricStat"]["Stat"].startswith("p") for one in asked["MetricDataQueries"]
        ):
            return "unsupported"
        return None

    cloud.refuse = no_percentiles

    (workload,) = measure(
        cloud,
        found(
            wanted("latency_p99_ms", "Latency", statistic="p99"),
            wanted("latency_mean_ms", "Latency"),
            wanted("cpu_utilization_percent", "Cpu"),
        ),
    )

    assert workload.reading == "partial"
    assert {one.metric for one in workload.series} == {"latency_mean_ms", "cpu_utilization_percent"}


def test_a_metric_that_is_left_out_of_the_answer_is_a_hole() -> None:
    """CloudWatch may drop metrics over a limit and say so in the answer as a whole: they are not taken as absent."""
    cloud = Cloud({("Cpu", "a"): [1.0]})
    cloud.codes["Memory"] = "left out"
    reader = reader_of(cloud)

    (workload,) = collector.measure(
        reader,
        (found(wanted("cpu_utilization_percent", "Cpu"), wanted("memory_used_percent", "Memory")),),
    )

    assert workload.reading == "partial"
    assert "CloudWatch left it out" in workload.missing[0].reason
    assert reader.tally["r", "cloudwatch", "GetMetricData"].refusals


def test_money_is_spent_on_what_decides_most() -> None:
    """With two metrics left, the first workload's requests and latency are read, in this order, and no more."""
    cloud = Cloud({(name, of): [1.0] for name in ("Requests", "Latency", "Cpu") for of in "ab"})
    wants = [
        (
            wanted("cpu_utilization_percent", "Cpu", of),
            wanted("latency_p99_ms", "Latency", of, "p99"),
            wanted("requests_count", "Requests", of, "Sum"),
        )
        for of in "ab"
    ]
    reader = reader_of(cloud, metrics_left=2)

    first, second = collector.measure(reader, (found(*wants[0]), found(*wants[1], name="b")))

    assert len(cloud.asked) == 2
    assert {one.metric for one in first.series} == {"requests_count", "latency_p99_ms"}
    assert (first.reading, second.reading) == ("partial", "skipped")
    assert [one.what for one in second.missing] == ["requests_count", "latency_p99_ms", "cpu_utilization_percent"]
    assert all("--max-api-spend" in one.reason for one in second.missing)
    count = reader.tally["r", "cloudwatch", "GetMetricData"]
    assert (count.status(), "4 metrics" in (count.reason() or "")) == ("partial", True)


def test_without_money_nothing_is_asked_at_all() -> None:
    """Not even a list: each call costs."""
    cloud = Cloud({("Cpu", "a"): [1.0]})
    reader = reader_of(cloud, metrics_left=0)
    size = wanted("concurrency_count", "Size")

    (workload,) = collector.measure(
        reader, (found(wanted("cpu_utilization_percent", "Cpu"), *agent_metrics((("InstanceId", "i"),)), size=size),)
    )

    assert not cloud.calls
    assert (workload.reading, workload.series) == ("skipped", ())
    assert {one.what for one in workload.missing} >= {"gpu_utilization_percent", "compute.instance_count"}
    assert reader.tally["r", "cloudwatch", "GetMetricData"].status() == "skipped"


def test_asking_again_stays_within_the_money() -> None:
    """A second try costs as a first one does."""
    cloud = Cloud({("Gpu", "a"): [2.0]})
    cloud.codes["Gpu"] = "InternalError"

    measure(cloud, found(wanted("gpu_utilization_percent", "Gpu")), metrics_left=1)

    assert len(cloud.asked) == 1


@pytest.mark.parametrize("namespace", ["CWAgent", "Vision/Hosts"])
def test_agents_are_found_in_any_namespace(namespace: str) -> None:
    """GPUs of one instance are one series: their mean, and the maximum over them."""
    listed = [
        {
            "Namespace": namespace,
            "MetricName": "nvidia_smi_utilization_gpu",
            "Dimensions": [{"Name": "index", "Value": gpu}, {"Name": "InstanceId", "Value": "i-1"}],
        }
        for gpu in "01"
    ]

    class PerGpu(Cloud):
        def _points(self, parameters: Item) -> list[Any]:
            found = super()._points(parameters)
            for query, result in zip(parameters["MetricDataQueries"], found, strict=True):
                if query["MetricStat"]["Metric"]["MetricName"] == "nvidia_smi_utilization_gpu":
                    gpu = next(
                        one["Value"] for one in query["MetricStat"]["Metric"]["Dimensions"] if one["Name"] == "index"
                    )
                    result |= {"Timestamps": [START], "Values": [20.0 if gpu == "0" else 60.0]}
            return found

    (workload,) = measure(PerGpu({}, listed), found(*agent_metrics((("InstanceId", "i-1"),))))

    series = {one.statistic: one for one in workload.series}
    assert (series["average"].values[0], series["maximum"].values[0]) == (40.0, 60.0)
    assert series["average"].source == f"{namespace} nvidia_smi_utilization_gpu Average"


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("DCGM_FI_DEV_GPU_UTIL", 1.0),
        ("node_gpu_utilization", 1.0),
        ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", 100.0),
        ("neuroncore_utilization", 1.0),
        ("node_neuroncore_utilization", 1.0),
    ],
)
def test_dcgm_container_insights_and_neuron_stand_in_for_the_agent(name: str, scale: float) -> None:
    """Whatever publishes how busy the accelerator is, in percent."""
    listed = [
        {"Namespace": "ContainerInsights", "MetricName": name, "Dimensions": [{"Name": "InstanceId", "Value": "i"}]}
    ]

    (workload,) = measure(Cloud({(name, "i"): [0.5]}, listed), found(*agent_metrics((("InstanceId", "i"),))))

    assert {one.values[0] for one in workload.series if one.metric == "gpu_utilization_percent"} == {0.5 * scale}
    assert "gpu_utilization_percent" not in {one.what for one in workload.missing}


def test_of_two_agents_only_the_first_choice_is_asked() -> None:
    """The same GPU twice costs twice and says nothing more; the second choice is not even listed."""
    where = [{"Name": "InstanceId", "Value": "i"}]
    names = ("nvidia_smi_utilization_gpu", "DCGM_FI_DEV_GPU_UTIL", "mem_used_percent")
    listed = [{"Namespace": "CWAgent", "MetricName": name, "Dimensions": where} for name in names]
    cloud = Cloud({(name, "i"): [7.0] for name in (*names, "nvidia_smi_memory_used", "nvidia_smi_power_draw")}, listed)

    (workload,) = measure(cloud, found(*agent_metrics((("InstanceId", "i"),))))

    assert workload.reading == "measured"
    assert cloud.calls["list_metrics"] == 2
    assert not any(one["Metric"]["MetricName"].startswith("DCGM") for one in cloud.asked)
    memory = next(one for one in workload.series if (one.metric, one.statistic) == ("gpu_memory_used_bytes", "maximum"))
    assert memory.values[0] == 7.0 * 1024 * 1024


def test_a_gpu_without_an_agent_is_unknown_and_the_fix_is_the_section_to_add() -> None:
    """Never 0: a reason, and the exact JSON for the agent."""
    (workload,) = measure(Cloud({}), found(*agent_metrics((("InstanceId", "i"),))))

    (missing,) = (one for one in workload.missing if one.what == "gpu_utilization_percent")
    assert workload.reading == "no-metric"
    assert '"metrics_collected": {"nvidia_gpu"' in (missing.fix or "")
    assert '"utilization_gpu"' in (missing.fix or "")


def test_a_load_balancer_counts_each_request_once() -> None:
    """It publishes a target group's requests as a whole and again by zone: the whole is taken."""
    group = "targetgroup/camera/1"
    whole = [{"Name": "TargetGroup", "Value": group}, {"Name": "LoadBalancer", "Value": "app/x/1"}]
    zones = [[*whole, {"Name": "AvailabilityZone", "Value": zone}] for zone in ("a", "b")]
    listed = [
        {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount", "Dimensions": one} for one in (whole, *zones)
    ]
    cloud = Cloud(
        {("RequestCount", "app/x/1"): [30.0, 31.0], ("RequestCount", "a"): [15.0], ("RequestCount", "b"): [15.0]},
        listed,
    )

    (workload,) = measure(cloud, found(*target_group_metrics((f"arn:aws:elasticloadbalancing:r:1:{group}",))))

    (requests,) = (one for one in workload.series if one.metric == "requests_count")
    assert requests.values[:2] == (30.0, 31.0)
    assert cloud.calls["list_metrics"] == 1


def test_names_are_listed_once_a_region_however_many_workloads_want_them() -> None:
    """Requests grow with what is published, not with what was found."""
    cloud = Cloud({})

    measure(cloud, *(found(*agent_metrics((("InstanceId", f"i-{n}"),)), name=str(n)) for n in range(50)))

    assert cloud.calls["list_metrics"] == 7


def test_the_size_of_a_group_is_its_mean_over_the_lookback() -> None:
    """Not the count of the moment it was read."""
    cloud = Cloud({("Size", "a"): [1.0, 3.0]})

    (workload,) = measure(
        cloud, found(size=wanted("concurrency_count", "Size"), fields={"compute": Compute(instance_count=9)})
    )

    assert workload.compute.instance_count == 2.0


def test_what_will_be_asked_is_known_before_the_first_call() -> None:
    """Exact metrics count once, however many want them; one that must be looked for counts for each GPU and one."""
    exact = wanted("cpu_utilization_percent", "Cpu")
    fields = {"compute": Compute(accelerators_per_instance=4)}

    assert metrics_wanted((found(exact), found(exact, name="b"))) == 1
    six = metrics_wanted((found(*agent_metrics((("InstanceId", "i"),)), fields=fields),))
    assert six == 6 * (1 + 4)


def test_tokens_are_carried_through() -> None:
    """Bedrock counts them; nothing is made of them here."""
    cloud = Cloud({("InputTokenCount", "a"): [100.0], ("OutputTokenCount", "a"): [20.0]})

    (workload,) = measure(
        cloud,
        found(
            wanted("input_tokens_count", "InputTokenCount", statistic="Sum"),
            wanted("output_tokens_count", "OutputTokenCount", statistic="Sum"),
        ),
    )

    assert {one.metric: one.values[0] for one in workload.series} == {
        "input_tokens_count": 100.0,
        "output_tokens_count": 20.0,
    }


def test_hosts_of_jobs_are_found_with_one_list_of_their_namespace() -> None:
    """Each job's hosts by the start of their name; a figure that is not published is missing, the others are not."""
    space = "/aws/sagemaker/TrainingJobs"
    listed = [
        {
            "Namespace": space,
            "MetricName": "GPUUtilization",
            "Dimensions": [{"Name": "Host", "Value": f"{job}/algo-{n}"}],
        }
        for job in ("churn", "churn-2")
        for n in (1, 2)
    ]
    cloud = Cloud({("GPUUtilization", f"churn/algo-{n}"): [10.0 * n] for n in (1, 2)}, listed)
    where = (("Host", "churn/*"),)
    wants = [
        Wanted("gpu_utilization_percent", "Average", space, "GPUUtilization", where, exact=False),
        Wanted("cpu_utilization_percent", "Average", space, "CPUUtilization", where, exact=False),
    ]

    (workload,) = measure(cloud, found(*wants))

    assert [(one.metric, one.values[0]) for one in workload.series] == [("gpu_utilization_percent", 15.0)]
    assert [one.what for one in workload.missing] == ["cpu_utilization_percent"]
    assert cloud.calls == Counter(list_metrics=1, get_metric_data=1)
