"""A believable assessment for the report's tests: every label, decision, null and hole, and names that attack."""

from datetime import UTC, datetime
from math import cos, pi

from aimigrate.contracts.assessment import (
    AssessedWorkload,
    Assessment,
    Assumption,
    Classification,
    Cost,
    EdgeFit,
    Estimate,
    Evidence,
    Label,
    Optimization,
    Outcome,
    Totals,
)
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import (
    Compute,
    Coverage,
    CoverageEntry,
    CoverageStatus,
    Missing,
    ModelFacts,
    WorkloadKind,
)
from aimigrate.contracts.plan import (
    BandException,
    Interval,
    Left,
    ModelArtifact,
    Overflow,
    PhasePlan,
    Placement,
    Plan,
    PlannedSite,
    PlannedWorkload,
    RegionPlan,
    SitePlan,
)
from aimigrate.contracts.verdicts import Decision, Verdict

HOSTILE = (
    "<script>document.title='owned'</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'-alert(3)-'{{ 7*7 }}{% raw %}",
    "rtl\u202egpj.exe\u2028line\x00nul",
    "javascript:alert(4)//" + "x" * 220,
)
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2")
NAMES = (
    "checkout-fraud-score", "warehouse-pallet-detector", "shelf-gap-yolo", "support-summaries-llm", "invoice-ocr",
    "returns-photo-grader", "search-embeddings", "nightly-demand-forecast", "voice-transcripts", "label-printer-qc",
    "recsys-homepage", "customs-doc-classifier", "forklift-safety", "route-eta", "catalog-image-dedupe",
    "chat-moderation", "packing-weight-check", "price-elasticity", "damage-claims-vision", "barcode-rescue",
    "video-dock-counting", "speech-kiosk", "sku-attribute-tagger", "churn-weekly", "research-notebook-ana",
    "research-notebook-old", "finetune-bert-returns", "transform-backfill-2024", "pick-path-rl", "thermal-anomaly",
    "loyalty-ranker", "contract-ner", "translation-batch", "pose-ergonomics", "synthetic-data-gen",
    "address-matcher", "conveyor-jam-detect", "email-triage", "stock-photo-upscale",
)  # fmt: skip
KINDS: tuple[WorkloadKind, ...] = (
    "sagemaker_endpoint", "ec2_asg", "ecs_service", "ec2_instance", "batch_queue", "sagemaker_async_endpoint",
    "lambda_function", "sagemaker_transform", "sagemaker_serverless_endpoint", "sagemaker_training",
    "sagemaker_processing", "sagemaker_notebook", "observed",
)  # fmt: skip
DECISIONS: tuple[Decision, ...] = ("go", "stay", "needs_evidence", "go", "conditional")
LABELS: tuple[Label, ...] = ("realtime", "batch", "mixed", "realtime", "unknown")


def workload(place: int, name: str) -> AssessedWorkload:
    """One workload whose facts follow from its place in the list."""
    decision, label = DECISIONS[place % 5], LABELS[(place // 2) % 5]
    usd = None if place % 9 == 4 else round(9000.0 / (1 + place * 0.55), 2)
    after = None if usd is None or decision == "needs_evidence" else round(usd * (0.28 if decision == "go" else 0.8), 2)
    saving = None if usd is None or after is None else round(usd - after, 2)
    peaky = tuple(round(12 + 11 * cos((hour - 14 - place % 5) / 12 * pi), 3) for hour in range(24))
    return AssessedWorkload(
        id=f"{KINDS[place % 13]}:{REGIONS[place % 4]}:{name}",
        kind=KINDS[place % 13],
        region=REGIONS[place % 4],
        name=name,
        tags={"team": "vision", "note": name},
        compute=Compute(instance_type="g4dn.xlarge", instance_count=2, accelerator="T4", accelerators_per_instance=1),
        triggers=("http",) if label == "realtime" else ("schedule:nightly",),
        model=ModelFacts(name=name, family="resnet50", precision="fp16", source="tag")
        if decision != "needs_evidence"
        else ModelFacts(),
        latency_objective_ms=80 if label == "realtime" else None,
        classification=Classification(
            label=label,
            confidence=0.0 if label == "unknown" else 0.55 + (place % 9) / 20,
            evidence=()
            if label == "unknown"
            else (
                Evidence(
                    signal="day-night-requests",
                    value=0.83,
                    leans="realtime" if label != "batch" else "batch",
                    weight=1.8,
                    detail="Requests repeat each day (autocorrelation 0.83 at 24 h; 0.5 is the threshold).",
                ),
                Evidence(signal="tight-latency", value=42.0, leans="realtime", weight=1.1, detail="p99 is 42 ms."),
                Evidence(signal="scheduled-trigger", value=None, leans="batch", weight=0.4, detail=f"Rule of {name}."),
            ),
            flips_if=("its requests came from a schedule",),
            owner_label="batch" if place % 20 == 3 else None,
            batch_probability=None if label == "unknown" else {"realtime": 0.08, "batch": 0.93, "mixed": 0.5}[label],
        ),
        demand=Demand(
            mean_rps=12.0,
            peak_rps=23.0,
            p99_rps=21.5,
            window_s=300,
            burstiness=1.9,
            requests_per_month=31_536_000,
            latency_p99_ms=42.0,
            gpu_utilization_percent_mean=17.5,
            hourly_rps=peaky if label != "batch" else tuple(30.0 if hour in (2, 3) else 0.0 for hour in range(24)),
        )
        if decision != "needs_evidence"
        else Demand(
            missing=(Missing(what="requests", reason="GetMetricData was denied", fix="allow cloudwatch:GetMetricData"),)
        ),
        optimizations=(
            Optimization(
                name="half-the-instances",
                saving_share_low=0.3,
                saving_share_high=0.5,
                evidence="GPU is 17 % busy at the mean and 41 % at most.",
                source="CloudWatch, 14 days",
                effort="days",
            ),
        )
        if place % 3 == 0
        else (),
        edge_fit=()
        if decision == "needs_evidence"
        else (
            EdgeFit(
                module="jetson-agx-orin-64gb",
                readiness="not_ready"
                if decision == "stay"
                else "ready_with_changes"
                if decision == "conditional"
                else "ready",
                count=3,
                power_mode="MAXN",
                throughput_rps=Estimate(
                    value=312.0,
                    low=250.0,
                    high=340.0,
                    provenance="published",
                    source="MLPerf Inference 4.1, edge, closed",
                ),
                latency_ms=9.1,
                hardware_usd=5997.0,
                power_w=142.0,
                edge_usd_per_month=402.5,
                reasons=("fits 64 GiB with 22 GiB to spare",),
                changes=("export to ONNX",) if decision == "conditional" else (),
            ),
            EdgeFit(module="jetson-orin-nano-8gb", readiness="unknown", reasons=("nobody has published a speed",)),
        ),
        cost=Cost(
            monthly_usd=usd,
            quality="unknown" if usd is None else "billed",
            reason="no bill line names it and its price is not in the rate card"
            if usd is None
            else "sum of its bill lines",
            source=None if usd is None else "FOCUS export, October 2026",
        ),
        outcome=Outcome(
            module="jetson-agx-orin-64gb" if after is not None else None,
            overflow_share=0.15 if after is not None else None,
            after_usd_per_month=after,
            saving_usd_per_month=saving,
            saving_low_usd_per_month=None if saving is None else round(saving * 0.7, 2),
            saving_high_usd_per_month=None if saving is None else round(saving * 1.2, 2),
            one_time_usd=5997.0 if after is not None else None,
            payback_months=None if not saving else round(5997.0 / saving, 1),
            missing=() if after is not None else (Missing(what="after", reason="the speed on a module is unknown"),),
        ),
        verdict=Verdict(
            decision=decision,
            reasons=(f"verdict reason for {name}",),
            flips_if=("the module cost twice as much",),
        ),
        missing=(Missing(what="model family", reason="no tag names it", fix="answer the question in hints.yaml"),)
        if decision == "needs_evidence"
        else (),
    )


def totals(workloads: tuple[AssessedWorkload, ...]) -> Totals:
    """Make sums as the assess stage makes them: unknown is counted, never added as zero."""
    known = [item.cost.monthly_usd for item in workloads if item.cost.monthly_usd is not None]
    go = [item for item in workloads if item.verdict.decision == "go" and item.outcome.saving_usd_per_month is not None]
    movable = sum(item.cost.monthly_usd or 0 for item in go)
    after = sum(item.outcome.after_usd_per_month or 0 for item in go)
    saving, once = movable - after, 5997.0 * len(go)
    return Totals(
        workloads=len(workloads),
        by_label={
            label: sum(item.classification.label == label for item in workloads)
            for label in ("batch", "realtime", "mixed", "unknown")
        },
        by_decision={
            choice: sum(item.verdict.decision == choice for item in workloads)
            for choice in ("go", "conditional", "needs_evidence", "stay")
        },
        known_usd_per_month=round(sum(known), 2),
        unknown_cost_workloads=len(workloads) - len(known),
        movable_usd_per_month=round(movable, 2),
        after_usd_per_month=round(after, 2),
        saving_usd_per_month=round(saving, 2),
        saving_low_usd_per_month=round(saving * 0.7, 2),
        saving_high_usd_per_month=round(saving * 1.2, 2),
        one_time_usd=once,
        payback_months=round(once / saving, 1) if saving else None,
        cloud_kg_co2e_per_month=812.0 if go else None,
        edge_kg_co2e_per_month=204.5 if go else None,
        bill_total_usd=round(sum(known) + 4210.37, 2),
        bill_attributed_usd=round(sum(known), 2),
        bill_unattributed_usd=4210.37,
    )


def coverage() -> Coverage:
    """Make reads of five services in four regions, each kind of hole among them."""
    holes: dict[tuple[str, str, str], CoverageStatus] = {
        ("us-east-1", "cloudwatch", "GetMetricData"): "partial",
        ("us-west-2", "sagemaker", "ListInferenceComponents"): "unsupported",
        ("eu-west-1", "sagemaker", "ListInferenceComponents"): "failed",
        ("eu-west-1", "batch", "DescribeJobQueues"): "denied",
        ("us-west-2", "lambda", "ListFunctions"): "throttled",
    }
    operations = (
        ("batch", "DescribeJobQueues"),
        ("cloudwatch", "GetMetricData"),
        ("ec2", "DescribeInstances"),
        ("lambda", "ListFunctions"),
        ("sagemaker", "ListEndpoints"),
        ("sagemaker", "ListInferenceComponents"),
    )
    return Coverage(
        entries=tuple(
            CoverageEntry(
                account_id="123456789012",
                region=region,
                service=service,
                operation=operation,
                status=(status := holes.get((region, service, operation), "complete")),
                items=3 if status == "complete" else 1 if status == "partial" else None,
                reason=None if status == "complete" else f"AWS answered {status}",
                fix=None if status == "complete" else f"allow {service}:{operation}",
            )
            for region in REGIONS
            for service, operation in operations
        )
    )


def assessment(names: tuple[str, ...] = (*NAMES, *HOSTILE)) -> Assessment:
    """Make an account of 45 workloads, six of them with names that attack a page."""
    workloads = tuple(workload(place, name) for place, name in enumerate(names))
    return Assessment(
        account_id="123456789012",
        collected_at=datetime(2026, 11, 24, 6, 0, tzinfo=UTC),
        inventory_sha256="a" * 64,
        lookback_days=14,
        regions=REGIONS,
        coverage=coverage(),
        workloads=workloads,
        totals=totals(workloads),
        assumptions=(
            Assumption(name="hardware life", value=36, unit="months", source="straight-line, three years"),
            Assumption(name="electricity", value=0.28, unit="USD/kWh", source="Eurostat 2025 S2, DE, non-household"),
        ),
    )


def plan(of: Assessment) -> Plan:
    """Make a plan of that assessment: one region inside the band, one with an exception, phases without sites."""
    moved = tuple(item for item in of.workloads if item.verdict.decision == "go")[:2]
    slugs = ("first", "second")
    places = (
        ("eu-central-1", "fra-plant-1", 1, 100.0, 0.1428571, None),
        (
            "eu-west-1",
            "dub-hub-1",
            1,
            40.0,
            0.2941176,
            BandException(capacity_share=0.2941176, reason="one instance is the smallest unit"),
        ),
    )
    return Plan(
        name="demo",
        account_id=of.account_id,
        assessment_sha256=of.sha256(),
        capacity_share_target=0.15,
        sites=tuple(PlannedSite(id=site, region=region, country="DE") for region, site, *_ in places),
        workloads=tuple(
            PlannedWorkload(id=item.id, slug=slug, label="realtime", region=place[0], model=ModelArtifact(name=slug))
            for item, slug, place in zip(moved, slugs, places, strict=True)
        ),
        phases=(
            PhasePlan(name="assess", months="1-3", regions=(RegionPlan(region="eu-central-1"),)),
            PhasePlan(
                name="pilot",
                months="4-6",
                regions=tuple(
                    RegionPlan(
                        region=region,
                        sites=(
                            SitePlan(
                                id=site,
                                placements=(
                                    Placement(
                                        workload=slug, modules=2, module="jetson-agx-orin-64gb", power_mode="MAXN",
                                        edge_rps=edge_rps, max_concurrent=8,
                                    ),
                                ),
                            ),
                        ),
                        overflow=Overflow(
                            workloads=(slug,), instance_type="ml.g4dn.xlarge",
                            units=units, max_units=4, unit_rps=50 / 3,
                            edge_rps=edge_rps, capacity_share=share, band_exception=exception,
                            spill_share=Interval(low=0.02, expected=0.06, high=0.15),
                        ),
                    )
                    for (region, site, units, edge_rps, share, exception), slug in zip(places, slugs, strict=True)
                ),
            ),
        ),
        left=tuple(
            Left(id=item.id, decision=item.verdict.decision, why=item.verdict.reasons[0])
            for item in of.workloads
            if item not in moved
        ),
    )  # fmt: skip
