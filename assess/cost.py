"""What a workload costs a month: the bill's word, else the price list's, else the owner's, else unknown."""

from collections.abc import Iterable

from aimigrate.assess.assumptions import HOURS_PER_MONTH
from aimigrate.assess.attribution import Known, attached_costs, dearest, index_of, names_of, split_bill
from aimigrate.assess.prices import PriceBook
from aimigrate.assess.rate_card import Price
from aimigrate.contracts.assessment import Cost
from aimigrate.contracts.bill import Bill, BilledResource
from aimigrate.contracts.inventory import Metric, Workload

_JOBS = frozenset(
    {"sagemaker_training", "sagemaker_tuning", "sagemaker_processing", "sagemaker_transform", "batch_queue", "ecs_task"}
)
_FARGATE = frozenset({"ecs_service", "ecs_task", "eks_fargate"})  # where they name no instance type
_WHOLE_MONTH_HOURS = (27.5 * 24, 31.5 * 24)  # a calendar month is taken as it is
_HOUR_S = 3600.0
_DEFAULT_LOOKBACK_DAYS = 14.0  # the default of `assess --lookback`


def cost_of(
    workload: Workload,
    bill: Bill | None,
    *,
    lookback_days: float = _DEFAULT_LOOKBACK_DAYS,
    book: PriceBook = PriceBook(),  # noqa: B008  # frozen
    fronts: frozenset[str] = frozenset(),
) -> Cost:
    """Return what the workload costs in the cloud a month, with the quality of the figure.

    `lookback_days` is the time that the workload's runs cover, `book` the prices to use beside the rate card,
    `fronts` the load balancers that serve it alone, which are part of what it costs: a move ends them too. An unknown
    cost is null with the reason.
    """
    billed = _billed(workload, bill, fronts)
    if billed is not None:
        return billed
    listed = _listed(workload, lookback_days, book)
    if listed.monthly_usd is not None:
        return listed
    if workload.stated_usd_per_month is not None:
        return Cost(monthly_usd=workload.stated_usd_per_month, quality="stated", reason="as stated in the observations")
    why = "the bill names none of its resources" if bill is not None else "no bill was given"
    return Cost(monthly_usd=None, quality="unknown", reason=f"{why}; {listed.reason}")


def billed_lines(workload: Workload, bill: Bill) -> tuple[BilledResource, ...]:
    """Return the lines of the bill that belong to the workload, by ARN or resource id."""
    return index_of(bill).of(names_of(workload))


def attributed(workloads: Iterable[Workload], bill: Bill) -> float:
    """Return the part of the bill that some workload explains, each line once, in whole cents."""
    return split_bill(workloads, bill, Known()).attributed_usd


def _billed(workload: Workload, bill: Bill | None, fronts: frozenset[str]) -> Cost | None:
    """Return what the bill says, scaled to a month; None where it is silent, or older than the workload."""
    lines = billed_lines(workload, bill) if bill is not None else ()
    if bill is None or not lines:
        return None
    start = max(bill.period_start_at, workload.created_at or bill.period_start_at)
    hours = (bill.period_end_at - start).total_seconds() / _HOUR_S
    if hours <= 0:
        return None
    before = index_of(bill).of(fronts - names_of(workload))
    total = sum(line.cost_usd for line in (*lines, *before))
    whole = _WHOLE_MONTH_HOURS[0] <= hours <= _WHOLE_MONTH_HOURS[1]
    scale = 1.0 if whole else HOURS_PER_MONTH / hours
    how = "one month" if whole else f"{hours:,.0f} hours, scaled to {HOURS_PER_MONTH:g}"
    monthly = max(0.0, total * scale)
    found = attached_costs((*lines, *before), scale)
    stays = min(monthly, max(0.0, sum(one.usd_per_month for one in found if not one.goes)))
    many = len(lines) + len(before)
    return Cost(
        monthly_usd=monthly,
        quality="billed",
        reason=f"{many} resource{'s' if many > 1 else ''} on the bill over {how}",
        source=bill.source,
        goes_usd_per_month=monthly - stays,
        stays_usd_per_month=stays,
        attached=dearest(found),
    )


def _listed(workload: Workload, lookback_days: float, book: PriceBook) -> Cost:
    """Price the workload from what the account paid for its type, the price list, or the rate card."""
    if workload.kind == "lambda_function":
        return _by_duration(workload, "lambda", book)
    if workload.kind == "sagemaker_serverless_endpoint":
        return _by_duration(workload, "sagemaker_serverless", book)
    if workload.kind == "bedrock_model":
        return _unknown("Bedrock charges tokens or model units, which no price list here has")
    compute = workload.compute
    if compute.instance_type is None and workload.kind in _FARGATE and compute.vcpus and compute.memory_gib:
        return _fargate(workload, book, lookback_days)
    price = book.hour(workload)
    if price.usd is None:
        return _unknown(price.why)
    return _by_hours(workload, price, price.usd, lookback_days)


def _by_hours(workload: Workload, price: Price, usd_an_hour: float, lookback_days: float) -> Cost:
    """Price the hours that its instances stand there, or the hours that its jobs run."""
    if workload.kind in _JOBS or (workload.kind == "observed" and workload.runs):
        hours, what = _run_hours(workload, lookback_days)
        return _unknown(what) if hours is None else _from(price, usd_an_hour * hours, f"{hours:,.1f} h a month")
    count = workload.compute.instance_count
    if count is None and workload.kind in {"ec2_instance", "sagemaker_notebook", "observed"}:
        count = 1.0
    if count is None:
        return _unknown("how many instances it has is not known")
    return _from(price, usd_an_hour * count * HOURS_PER_MONTH, f"{count:g} x {HOURS_PER_MONTH:g} h")


def _run_hours(workload: Workload, lookback_days: float) -> tuple[float | None, str]:
    """Instance hours of the runs in a month."""
    over = [run for run in workload.runs if run.ended_at is not None]
    if not over:
        return None, "no finished run is known, so its hours are not"
    hours = sum((run.ended_at - run.started_at).total_seconds() for run in over if run.ended_at) / _HOUR_S
    first, last = min(run.started_at for run in over), max(run.ended_at for run in over if run.ended_at)
    days = max(lookback_days, (last - first).total_seconds() / _HOUR_S / 24)
    per_run = 1.0 if workload.kind == "ecs_task" else workload.compute.instance_count
    return hours * (per_run or 1.0) * HOURS_PER_MONTH / (days * 24), ""


def _by_duration(workload: Workload, part: str, book: PriceBook) -> Cost:
    """Price GB-seconds, and requests where they cost something."""
    requests = _monthly_sum(workload, "requests_count")
    latency = _mean(workload, "latency_mean_ms")
    memory = workload.compute.memory_gib
    if requests is None or latency is None or memory is None:
        names = {"requests": requests, "duration": latency, "memory size": memory}
        lacking = ", ".join(name for name, value in names.items() if value is None)
        return _unknown(f"its {lacking} {'are' if ',' in lacking else 'is'} not known")
    second = book.small(part, "usd_per_gb_second")
    usd = requests * latency / 1000 * memory * (second.usd or 0.0)
    if part == "lambda":
        usd += requests / 1e6 * (book.small(part, "usd_per_million_requests").usd or 0.0)
    return _from(second, usd, f"{requests:,.0f} requests a month of {latency:,.0f} ms at {memory:g} GB")


def _fargate(workload: Workload, book: PriceBook, lookback_days: float) -> Cost:
    compute = workload.compute
    cpu, memory = book.small("fargate", "usd_per_vcpu_hour"), book.small("fargate", "usd_per_gb_hour")
    hourly = (compute.vcpus or 0.0) * (cpu.usd or 0.0) + (compute.memory_gib or 0.0) * (memory.usd or 0.0)
    if workload.kind in _JOBS:
        hours, what = _run_hours(workload, lookback_days)
        return _unknown(what) if hours is None else _from(cpu, hourly * hours, f"{hours:,.1f} h a month on Fargate")
    if compute.instance_count is None:
        return _unknown("how many tasks it has is not known")
    return _from(cpu, hourly * compute.instance_count * HOURS_PER_MONTH, f"{compute.instance_count:g} tasks on Fargate")


def _monthly_sum(workload: Workload, metric: Metric) -> float | None:
    found = [s for s in workload.series if s.metric == metric and s.statistic == "sum"]
    if not found:
        return None
    series = min(found, key=lambda one: one.period_s)
    seconds = series.period_s * len(series.values)
    return sum(value or 0.0 for value in series.values) * HOURS_PER_MONTH * _HOUR_S / seconds if seconds else None


def _mean(workload: Workload, metric: Metric) -> float | None:
    values = [v for s in workload.series if s.metric == metric for v in s.values if v is not None]
    return sum(values) / len(values) if values else None


def _from(price: Price, usd: float, how: str) -> Cost:
    reason = "; ".join(part for part in (f"{price.why}, {how}", price.age) if part)
    return Cost(monthly_usd=usd, quality="rate_card", reason=reason, source=price.source)


def _unknown(reason: str) -> Cost:
    return Cost(monthly_usd=None, quality="unknown", reason=reason)
