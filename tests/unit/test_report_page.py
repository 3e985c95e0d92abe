"""The page: its numbers are the assessment's, its bytes are the same each time, and hostile names are text."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.inventory import Coverage
from aimigrate.errors import MachineProblem, PlanStaleError
from aimigrate.rendering.report import page, write_report
from aimigrate.rendering.report_text import plain, usd_text
from tests.report_cases import HOSTILE, NAMES, assessment, plan, totals

LIMIT_BYTES = 3_000_000


class Seen(HTMLParser):
    """Elements, attributes and text of a page, by an independent reader."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._quiet = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._quiet += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def judged() -> Assessment:
    return assessment()


@pytest.fixture(scope="module")
def html(judged: Assessment) -> str:
    return page(judged, plan(judged))


@pytest.fixture(scope="module")
def seen(html: str) -> Seen:
    return Seen(html)


def test_the_first_screen_shows_the_totals(judged: Assessment, seen: Seen) -> None:
    """Cost now and after, saving with its range, payback and one-time cost are those of the document."""
    text = seen.text[: seen.text.index("Where the money goes")]

    sums = judged.totals
    after = sums.known_usd_per_month - sums.saving_usd_per_month
    for amount in (
        sums.known_usd_per_month,
        after,
        sums.saving_usd_per_month,
        sums.saving_low_usd_per_month,
        sums.saving_high_usd_per_month,
        sums.one_time_usd,
    ):
        assert usd_text(amount) in text
    assert f"{sums.payback_months} months" in text
    assert "40 billed, 5 unknown" in text
    assert "18 Move" in text
    assert "9 Stay" in text
    assert "9 Needs evidence" in text
    assert f"{sums.unknown_cost_workloads} Cost unknown" in text
    assert "5 of 24 reads left holes" in text


def test_each_workload_has_its_row_with_its_own_numbers(judged: Assessment, html: str) -> None:
    """Name, cost, after, saving and verdict of each row are those of its workload."""
    parts = re.split(r'<tbody class="workload"', html)[1:]
    by_name = {unescape(re.search(r'data-name="([^"]*)"', part)[1]): part for part in parts}  # type: ignore[index]

    assert len(parts) == len(judged.workloads)
    for item in judged.workloads:
        summary = by_name[plain(item.name)].split('<tr class="evidence"')[0]
        for value, cell in (
            (item.cost.monthly_usd, "cost"),
            (item.outcome.after_usd_per_month, "after"),
            (item.outcome.saving_usd_per_month, "saving"),
        ):
            found = re.search(rf'class="amount {cell}[^>]*><span class="([a-z-]+)">([^<]*)', summary)
            assert found is not None
            if value is not None:
                assert found.groups() == ("value", usd_text(value).replace("<", "&lt;"))
            else:
                assert found[2] in {"unknown", "\u2013"}
        assert (
            f'data-decision="{item.verdict.decision}"' in summary
            or item.verdict.decision in by_name[plain(item.name)][:900]
        )


def test_an_unknown_cost_is_unknown_and_sorts_as_unknown(judged: Assessment, html: str) -> None:
    """A workload without a cost shows the word, an empty sort key, and never a zero."""
    lost = next(item for item in judged.workloads if item.cost.monthly_usd is None)
    start = html.index(f'data-name="{lost.name}"')

    row = html[start : html.index("</tbody>", start)]

    assert 'data-cost=""' in row
    assert re.search(r'class="amount cost"[^>]*><span class="no-value">unknown', row)
    assert "no bill line names it and its price is not in the rate card" in row
    assert ">$0<" not in row


def test_a_row_opens_to_all_its_evidence(judged: Assessment, html: str) -> None:
    """Signals with weights, modules with provenance, reasons, flips, savers, what is missing and its fix."""
    item = judged.workloads[0]
    start = html.index(f'data-name="{item.name}"')

    text = Seen(html[start : html.index("</tbody>", start)]).text

    for words in (
        "day-night-requests",
        "weight 1.80",
        "0.5 is the threshold",
        "jetson-agx-orin-64gb",
        "published: MLPerf Inference 4.1",
        "312 requests/s (250 to 340)",
        "nobody has published a speed",
        f"verdict reason for {item.name}",
        "the module cost twice as much",
        "its requests came from a schedule",
        "billed: sum of its bill lines (FOCUS export, October 2026)",
        "Half the instances",
        "30 % to 50 %",
        "31,536,000",
    ):
        assert words in text
    assert (
        "its speed is unknown"
        not in text[text.index("jetson-agx-orin-64gb Ready") : text.index("jetson-orin-nano-8gb")]
    )
    lacking = next(one for one in judged.workloads if one.verdict.decision == "needs_evidence")
    start = html.index(f'data-name="{lacking.name}"')
    text = Seen(html[start : html.index("</tbody>", start)]).text
    assert "answer the question in hints.yaml" in text
    assert "GetMetricData was denied" in text


def test_the_dearest_open_questions_come_first(judged: Assessment, seen: Seen) -> None:
    """Beside the charts stand the dearest workloads that wait for evidence, dearest first, each with its reason."""
    waiting = [item for item in judged.workloads if item.verdict.decision == "needs_evidence"]
    dearest = sorted(waiting, key=lambda item: -(item.cost.monthly_usd or 0))[:5]

    part = seen.text[seen.text.index("Answers that decide the most") : seen.text.index("How they run, against")]

    places = [part.index(f"verdict reason for {plain(item.name)}") for item in dearest]
    assert places == sorted(places)


def test_every_hole_assumption_and_hash_is_named(judged: Assessment, seen: Seen) -> None:
    """Coverage names each hole with reason and fix; the footer names what the page was made from."""
    for entry in judged.coverage.entries:
        if entry.status != "complete":
            assert f"{entry.service}:{entry.operation} {entry.status} in {entry.region}" in seen.text
            assert str(entry.fix) in seen.text
    for one in judged.assumptions:
        assert one.source in seen.text
    for digest in (judged.sha256(), judged.inventory_sha256, plan(judged).sha256()):
        assert digest in seen.text


def test_the_bill_is_whole(judged: Assessment, seen: Seen) -> None:
    """Attributed and unattributed are both shown, with their total."""
    sums = judged.totals

    for amount in (sums.bill_attributed_usd, sums.bill_unattributed_usd, sums.bill_total_usd):
        assert amount is not None
        assert usd_text(amount) in seen.text


def test_a_plan_adds_phases_regions_sites_and_overflow(seen: Seen) -> None:
    """Each phase with its regions; sites with modules; the share kept in the cloud, and why it is outside the band."""
    for words in ("Pilot months 4-6", "fra-plant-1", "2 \u00d7 jetson-agx-orin-64gb", "14 % of all capacity", "29 %"):
        assert words in seen.text
    assert "one instance is the smallest unit" in seen.text
    assert "Stores, roles and the audit trail, no site yet: eu-central-1." in seen.text
    assert "Expected spill 6 %, 2 % to 15 % of requests" in seen.text


def test_the_same_documents_give_the_same_bytes(judged: Assessment, tmp_path: Path) -> None:
    """Written twice, the report is the same file; and it is small."""
    one = write_report(judged, tmp_path / "one.html", plan(judged)).read_bytes()
    other = write_report(Assessment.parse(judged.model_dump(mode="json"), "copy"), tmp_path / "two.html", plan(judged))

    assert one == other.read_bytes()
    assert len(one) < LIMIT_BYTES


def test_names_from_the_account_are_text(seen: Seen, html: str) -> None:
    """No name makes an element, an attribute or an address; every one of them can still be read."""
    scripts = [attributes for tag, attributes in seen.elements if tag == "script"]
    assert [(one.get("id"), one.get("type")) for one in scripts] == [
        ("chart-specs", "application/json"),
        ("chart-bundle", "text/plain"),
        (None, None),
    ]
    assert not [tag for tag, _ in seen.elements if tag in {"img", "iframe", "object", "link", "image", "use"}]
    for _, attributes in seen.elements:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "style", "srcset"}]
        assert (attributes.get("href") or "#").startswith("#")
    for name in HOSTILE[:4]:
        assert name in seen.text
    assert "\u202e" not in html
    assert "\u2028" not in html
    assert "rtl\\u202egpj.exe\\u2028line\\u0000nul" in seen.text


def test_the_policy_allows_only_the_page_itself(seen: Seen) -> None:
    """No source from anywhere: a hash for the one style sheet, one each for our script and the bundle."""
    policy = next(a["content"] for tag, a in seen.elements if tag == "meta" and a.get("http-equiv"))

    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert policy.count("'sha256-") == 3
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_plan_of_another_assessment_is_refused(judged: Assessment, tmp_path: Path) -> None:
    """A stale plan is an error that says so, and nothing is written."""
    other = assessment(NAMES[:10])

    with pytest.raises(PlanStaleError, match="another assessment"):
        write_report(judged, tmp_path / "report.html", plan(other))

    assert list(tmp_path.iterdir()) == []


def test_an_empty_account_is_no_proof_of_nothing() -> None:
    """No workload gives no sums and no charts, but says what could not be read."""
    empty = assessment(())

    text = Seen(page(empty)).text

    assert "No AI workload was found in what could be read" in text
    assert "5 of 24 reads left holes" in text
    assert "Cost now, a month unknown" in text


def test_an_account_where_nothing_moves_says_so() -> None:
    """Without a `go` the headline claims no saving and the payback is not a number."""
    stays = tuple(item for item in assessment().workloads if item.verdict.decision != "go")
    quiet = assessment(()).model_copy(update={"workloads": stays, "totals": totals(stays), "coverage": Coverage()})

    text = Seen(page(quiet)).text

    assert "None of 27 AI workloads is ready to move" in text
    assert "Payback \u2013 nothing to pay back" in text
    assert "nothing was read from AWS" in text


def test_a_full_disk_leaves_the_old_report(judged: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk says no, the error says so and the report of before is whole."""
    path = tmp_path / "report.html"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(MachineProblem, match="No space left"):
        write_report(judged, path)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
