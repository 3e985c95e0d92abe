"""An assessment written while it is made has the bytes of one made whole."""

import hashlib
from pathlib import Path

import pytest

from aimigrate.assess.decide import assess
from aimigrate.assess.streamed import write_assessment
from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.sites import Hints
from aimigrate.registry import discover
from bench.scale_account import account

TARGETS = discover("aimigrate.planning.targets", "target")
SIXTY = account(60)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_bytes_are_those_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, workers: int, large: bool
) -> None:
    """Whoever judges, and however it is laid out; the dearest three are solved whole."""
    monkeypatch.setattr(Assessment, "LARGE", 10 if large else 1_000)
    whole = assess(SIXTY, targets=TARGETS, hints=Hints(), solve=3)

    told = write_assessment(SIXTY, tmp_path / "a.json", targets=TARGETS, hints=Hints(), solve=3, workers=workers)

    assert (tmp_path / "a.json").read_bytes() == whole.canonical()
    assert Assessment.load(tmp_path / "a.json") == whole
    assert told == whole.model_copy(update={"workloads": ()})
    assert whole.totals.by_decision["go"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_what_a_region_settles_is_in_the_file(tmp_path: Path) -> None:
    """A go whose region's warm instance eats the saving is conditional in the file too."""
    lonely = [one for one in account(400).workloads if one.region == "eu-west-1"]
    settled = []
    for one in lonely:
        alone = SIXTY.model_copy(update={"workloads": (one,)})
        whole = assess(alone, targets=TARGETS, hints=Hints())
        if any("kept warm" in reason for reason in whole.workloads[0].verdict.reasons):
            settled.append(one)
            write_assessment(alone, tmp_path / "a.json", targets=TARGETS, hints=Hints())
            assert (tmp_path / "a.json").read_bytes() == whole.canonical()
        if settled:
            break

    assert settled, "no workload of the account is settled by its region: the case tests nothing"


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays as it was, and no half of a new one."""
    (tmp_path / "a.json").write_bytes(b"old")
    monkeypatch.setattr("aimigrate.assess.streamed.summed", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        write_assessment(SIXTY, tmp_path / "a.json", targets=TARGETS, hints=Hints(), solve=0)

    assert (tmp_path / "a.json").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_the_hash_of_an_inventory_is_that_of_its_bytes() -> None:
    """It is taken piece by piece; a hostile name does not move the place where the workloads go."""
    hostile = SIXTY.model_copy(
        update={"input_sha256": None, "account_id": '"workloads":[]', "regions": ('"workloads":[]',)}
    )

    for one in (SIXTY, hostile, SIXTY.model_copy(update={"workloads": ()})):
        assert one.canonical() == one.model_dump_json().encode() + b"\n"
        assert one.sha256() == hashlib.sha256(one.canonical()).hexdigest()
