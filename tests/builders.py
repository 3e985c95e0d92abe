"""Build small, valid documents by hand: say what the test is about, the rest is believable."""
# ruff: noqa: ANN401  # any field of the contract may be set

from datetime import UTC, datetime
from typing import Any

from aimigrate.contracts.assessment import (
    AssessedWorkload,
    Assessment,
    Classification,
    Cost,
    EdgeFit,
    Estimate,
    Label,
    Outcome,
    Totals,
)
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Compute, Coverage, ModelFacts
from aimigrate.contracts.sites import Host, Role, Site, Sites
from aimigrate.contracts.verdicts import Decision, Verdict

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ORIN = "jetson-agx-orin-64gb"
NANO = "jetson-orin-nano-8gb"


def fit(module: str = ORIN, *, count: int = 2, rps: float = 100.0, **changes: Any) -> EdgeFit:
    """One module type that carries a workload."""
    speed = Estimate(value=rps, low=rps * 0.8, high=rps * 1.2, provenance="published", source="a table")
    values: dict[str, Any] = {
        "module": module,
        "readiness": "ready",
        "count": count,
        "power_mode": "MAXN",
        "throughput_rps": speed,
        "latency_ms": 20.0,
        "hardware_usd": 2000.0 * count,
        "power_w": 40.0 * count,
    }
    return EdgeFit(**(values | changes))


def assessed(
    name: str = "resnet",
    *,
    region: str = "eu-central-1",
    label: Label = "realtime",
    decision: Decision = "go",
    fits: tuple[EdgeFit, ...] | None = None,
    saving: float = 500.0,
    peak_rps: float = 60.0,
    instances: float = 1.0,
    residency: tuple[str, ...] = (),
    **changes: Any,
) -> AssessedWorkload:
    """One judged workload."""
    fits = (fit(),) if fits is None else fits
    values: dict[str, Any] = {
        "id": f"sagemaker_endpoint:{region}:{name}",
        "kind": "sagemaker_endpoint",
        "region": region,
        "name": name,
        "compute": Compute(
            instance_type="ml.g4dn.xlarge", instance_count=instances, accelerator="T4", gpu_memory_gib=16, vcpus=4
        ),
        "model": ModelFacts(name="resnet50", family="resnet50", source="tag"),
        "latency_objective_ms": 200.0,
        "residency": residency,
        "classification": Classification(label=label, confidence=0.9, evidence=(), flips_if=()),
        "demand": Demand(mean_rps=peak_rps / 3, peak_rps=peak_rps, hourly_rps=(peak_rps / 3,) * 24),
        "edge_fit": fits,
        "cost": Cost(monthly_usd=saving * 1.5, quality="billed", reason="on the bill"),
        "outcome": Outcome(
            module=fits[0].module if fits else None, saving_usd_per_month=saving, after_usd_per_month=saving / 2
        ),
        "verdict": Verdict(
            decision=decision, reasons=(f"{decision}: because",), flips_if=("its model family were known",)
        ),
    }
    return AssessedWorkload(**(values | changes))


def assessment(*workloads: AssessedWorkload) -> Assessment:
    """Return an assessment of these workloads."""
    zero = {
        "known_usd_per_month": 0,
        "unknown_cost_workloads": 0,
        "movable_usd_per_month": 0,
        "after_usd_per_month": 0,
        "saving_usd_per_month": 0,
        "saving_low_usd_per_month": 0,
        "saving_high_usd_per_month": 0,
        "one_time_usd": 0,
    }
    totals = Totals(
        workloads=len(workloads),
        by_label={},
        by_decision={},
        payback_months=None,
        cloud_kg_co2e_per_month=None,
        edge_kg_co2e_per_month=None,
        **zero,
    )
    return Assessment(
        account_id="123456789012",
        collected_at=NOW,
        inventory_sha256="0" * 64,
        lookback_days=14,
        regions=tuple(sorted({item.region for item in workloads})) or ("eu-central-1",),
        coverage=Coverage(),
        workloads=tuple(sorted(workloads, key=lambda item: item.id)),
        totals=totals,
    )


def host(name: str, address: str, module: str = ORIN, roles: tuple[Role, ...] = (), **changes: Any) -> Host:
    """One machine."""
    return Host(name=name, address=address, module=module, roles=roles, **changes)


def site(
    identifier: str = "fra-1", *, region: str = "eu-central-1", hosts: tuple[Host, ...] = (), **changes: Any
) -> Site:
    """One site; without hosts it is a shopping list."""
    return Site(id=identifier, region=region, country=changes.pop("country", "DE"), hosts=hosts, **changes)


def sites(*given: Site) -> Sites:
    """All sites of a company."""
    return Sites(sites=given)
