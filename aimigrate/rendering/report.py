"""The report: one HTML file that loads nothing, runs only what it carries, and holds every number and its evidence."""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aimigrate import __version__
from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.plan import Plan
from aimigrate.documents import save
from aimigrate.errors import PlanStaleError
from aimigrate.rendering import report_charts as draw
from aimigrate.rendering.report_charts import Chart
from aimigrate.rendering.report_live import bundle, embedded
from aimigrate.rendering.report_rows import caption, questions, rows
from aimigrate.rendering.report_sections import assumptions, bill, coverage, plan_view
from aimigrate.rendering.report_text import LABELS, count, number, number_text, plain
from aimigrate.rendering.report_view import first_screen

_TEMPLATES = "templates/report"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("aimigrate", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _packaged(name: str) -> str:
    environment = _environment()
    return environment.loader.get_source(environment, name)[0] if environment.loader else ""


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def content_policy(style: str, *scripts: str) -> str:
    """Return the policy of the page: nothing from anywhere, but this one style sheet and these scripts."""
    own = f"style-src {_digest(style)}; script-src {' '.join(map(_digest, scripts))}"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _charts(assessment: Assessment) -> dict[str, Chart | None]:
    return {
        "dearest": draw.dearest(assessment),
        "verdicts": draw.verdicts(assessment),
        "regions": draw.regions(assessment),
        "days": draw.days(assessment),
        "rhythm": draw.rhythm(assessment),
        "coverage": draw.coverage_map(assessment),
    }


def page(assessment: Assessment, plan: Plan | None = None) -> str:
    """Return the report as HTML; the same assessment and plan give the same text.

    Raises PlanStaleError when the plan was made from another assessment.
    """
    own = assessment.sha256()
    if plan is not None and plan.assessment_sha256 != own:
        raise PlanStaleError(
            what="the plan was made from another assessment",
            why=f"it names sha256 {plan.assessment_sha256[:12]}, this assessment has {own[:12]}",
            fix="run `aimigrate plan` again on this assessment, or leave the plan out",
        )
    style, script = _packaged("report.css"), _packaged("report.js")
    items, totals = rows(assessment), assessment.totals
    charts = _charts(assessment)
    specs = {key: chart.live for key, chart in charts.items() if chart}
    vega = bundle(_packaged("charts.js")) if specs else ""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            policy=content_policy(style, script, *filter(None, (vega,))),
            style=Markup(style),  # noqa: S704  # packaged with this module, no value of the account in it
            script=Markup(script),  # noqa: S704  # as above
            specs=embedded(specs) if specs else None,
            bundle=Markup(vega),  # noqa: S704  # Vega as installed and our own snippet
            version=__version__,
            account=plain(assessment.account_id),
            regions=plain(", ".join(assessment.regions)),
            collected=assessment.collected_at.strftime("%d %B %Y, %H:%M UTC").lstrip("0"),
            lookback=f"{number_text(assessment.lookback_days)} days",
            first=first_screen(assessment),
            charts=charts,
            labels=[(key, title, count(totals.by_label.get(key, 0), "workload")) for key, title in LABELS.items()],
            rows=items,
            questions=questions(items),
            row_regions=sorted({item.region for item in items}),
            caption=caption(assessment),
            coverage=coverage(assessment),
            bill=bill(totals),
            assumptions=assumptions(assessment),
            plan=plan_view(plan, assessment) if plan else None,
            carbon_now=number(totals.cloud_kg_co2e_per_month, "kg CO\u2082e"),
            carbon_after=number(totals.edge_kg_co2e_per_month, "kg CO\u2082e"),
            assessment_sha256=own,
            inventory_sha256=plain(assessment.inventory_sha256),
        )
    )


def write_report(assessment: Assessment, path: Path, plan: Plan | None = None) -> Path:
    """Write the report whole or not at all, and return its path.

    Raises PlanStaleError for a plan of another assessment, MachineProblem when the disk says no.
    """
    return save(path, page(assessment, plan).encode())
