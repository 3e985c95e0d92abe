"""plan.yaml: the plan as a file that a person reads, edits and hands on."""

from pathlib import Path
from typing import Any, Final

from aimigrate.contracts.plan import Plan
from aimigrate.documents import load_yaml
from aimigrate.yamltext import Path as At
from aimigrate.yamltext import block

_HEAD: Final = """\
# What moves where, in which phase, with how much cloud kept. Made by `aimigrate plan`; yours to edit.
# After an edit: `aimigrate generate`, which checks every line and names the one that can't be so.
# A line marked "edit:" is one that a person often has a reason to change.
"""

_NOTES: Final[dict[tuple[str, ...], str]] = {
    ("name",): "edit: prefix of every cloud resource; changing it later makes new resources",
    ("assessment_sha256",): "the assessment this plan was made from; when that changes, plan again",
    ("capacity_share_target",): "warm cloud capacity over all capacity that was aimed at; 0.10 to 0.20",
    ("observation_days",): "edit: days the edge must serve alone before anything in the cloud is destroyed",
    ("audit_retention_days",): "edit: days the audit log is kept",
    ("sites",): "the sites as sites.yaml gave them; hosts are needed to make an inventory",
    ("workloads",): "the workloads that move; `slug` is the name of each in every generated file",
    ("workloads", "*", "model", "source"): "edit: path or URL of the ONNX file; a site can't converge without it",
    ("workloads", "*", "model", "sha256"): "edit: its digest, checked on every module",
    ("workloads", "*", "idempotent"): "edit: true allows the router to send a failed request once more",
    ("workloads", "*", "wave"): (
        "why it moves when it does: a score out of 100 in three parts (docs/waves.md); the highest moves first"
    ),
    ("workloads", "*", "depends_on"): "slugs of what moves in the same phase, from hints.yaml",
    ("phases", "*", "wave_exception"): (
        "why a phase has other than the roadmap's: pilot 1 site, 1-2 workloads; scale 3-5 sites, 30-50 % of them"
    ),
    ("pins",): "what a person decided about phases in sites.yaml; the plan must agree with it",
    ("phases",): "a phase is a Pulumi project, a region in it a stack; a site keeps what earlier phases gave it",
    ("phases", "*", "regions", "*", "sites", "*", "placements", "*", "modules"): (
        "edit: with `edge_rps`, what these modules serve"
    ),
    ("phases", "*", "regions", "*", "overflow"): (
        "warm cloud capacity for all that moved up to this phase;"
        " capacity_share = units x unit_rps / (units x unit_rps + edge_rps)"
    ),
    ("phases", "*", "regions", "*", "overflow", "units"): "edit: with `capacity_share`; whole instances kept warm",
    ("phases", "*", "regions", "*", "overflow", "spill_share"): (
        "share of the requests that the cloud is predicted to serve; gates compare with this, never with 0.10-0.20"
    ),
    ("phases", "*", "regions", "*", "overflow", "endpoint_url"): "edit: where the sites' routers send overflow",
    ("left",): "what does not move, and the first reason",
}


def dump(plan: Plan) -> bytes:
    """Return the plan as commented YAML: same plan, same bytes, and `load` reads the same plan back."""
    names = {workload.slug: workload.id for workload in plan.workloads}
    said: set[str] = set()

    def notes(at: At, value: Any) -> tuple[str, ...]:  # noqa: ANN401  # any JSON value
        pattern = tuple("*" if isinstance(part, int) else part for part in at)
        if pattern[-2:] == ("placements", "*"):
            return (names[value["workload"]],)
        note = _NOTES.get(pattern)
        if note is None or note in said or (value is None and pattern[-1] in {"overflow", "wave", "wave_exception"}):
            return ()
        said.add(note)
        return (note,)

    lines = block(plan.model_dump(mode="json"), notes)
    return (_HEAD + "\n".join(lines) + "\n").encode()


def load(path: Path) -> Plan:
    """Read a plan that a person may have edited. Raises UsageProblem with file, line and field of each fault."""
    return load_yaml(path, Plan)
