"""What a playbook's end and a site's reports mean."""

import pytest

from aimigrate.rollout.real import _judge
from aimigrate.rollout.site import Outcome, PlaybookRun, _result, group_of


def ran(*hosts: str, outcome: Outcome = "unchanged") -> PlaybookRun:
    return PlaybookRun(outcome=outcome, hosts=hosts, changed={})


@pytest.mark.parametrize(
    ("stats", "code", "outcome"),
    [
        ({"ok": {"a": 3}}, 0, "unchanged"),
        ({"ok": {"a": 3}, "changed": {"a": 1}}, 0, "changed"),
        ({"dark": {"b": 1}, "changed": {"a": 1}}, 4, "unreachable"),
        ({"failures": {"a": 1}, "dark": {"b": 1}}, 4, "failed"),
        ({}, 1, "failed"),
    ],
)
def test_a_run_ends_as_ansible_counted_it(stats: dict[str, dict[str, int]], code: int, outcome: str) -> None:
    """Unreachable is not failed, and a playbook that never started is never unchanged."""
    assert _result(stats, [], code).outcome == outcome


def test_an_unreachable_host_is_one_that_was_asked() -> None:
    """It counts among those that must answer."""
    assert _result({"ok": {"a": 1}, "dark": {"b": 1}}, [], 4).hosts == ("a", "b")


def test_only_all_hosts_is_go() -> None:
    """Each host of the plan must have said that it passed."""
    gate = _judge(ran("a", "b"), {"a": True, "b": True})

    assert (gate.answer, gate.observed, gate.threshold) == ("go", 2, 2)


def test_a_silent_host_is_hold() -> None:
    """No data is hold, never go."""
    gate = _judge(ran("a", "b", outcome="unreachable"), {"a": True})

    assert gate.answer == "hold"
    assert "b" in gate.reason


def test_no_host_at_all_is_hold() -> None:
    """An empty site has proved nothing."""
    assert _judge(ran(), {}).answer == "hold"


def test_a_host_that_did_not_pass_is_back_even_beside_a_silent_one() -> None:
    """A fault that was seen decides."""
    assert _judge(ran("a", "b", outcome="failed"), {"a": False}).answer == "back"


def test_a_site_has_its_inventory_group() -> None:
    """As the inventory's template names it."""
    assert group_of("fra-plant-1") == "site_fra_plant_1"
