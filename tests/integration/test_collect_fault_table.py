"""Whatever goes wrong while an account is read, each thing that exists is found or named by a hole in the coverage.

What exists is known from the seeder's own ledger (tests/faults), never from a collector.
"""

import json
from collections.abc import Callable

import pytest

from tests.faults import faults, table
from tests.faults.account import ACCOUNT, OPT_IN, REGIONS, cloud_of, seeded
from tests.faults.cloud import Cloud
from tests.faults.reading import Eyes, Row, row_of

_EYES = Eyes()
"""Its clients are made once: making one takes longer than a test."""


def holds(row: Row) -> None:
    """Check that nothing is missing in silence, and say what is."""
    assert [(one.type, one.region, one.id) for one in row.lost] == []
    assert row.found + row.named == row.expected


def test_on_a_good_day_everything_in_the_ledger_is_found() -> None:
    """Two regions, two things a page, and nothing needs a hole to stand for it."""
    row = table.nothing_wrong()

    assert row.expected > 200
    assert (row.found, row.named) == (row.expected, 0)


@pytest.mark.parametrize("action", table.actions())
def test_with_any_one_action_denied_nothing_is_lost_in_silence(action: str) -> None:
    """Each published action in turn: what it would have told of is named by a hole in its region."""
    holds(table.denied(_EYES, action))


def test_denying_a_list_loses_what_only_it_lists() -> None:
    """The row can fail: what a denied list would have told of is not found, and counts as named."""
    row = table.denied(_EYES, "sagemaker:ListNotebookInstances")

    assert row.named == 3


def test_half_of_all_calls_throttled_costs_retries_and_nothing_else() -> None:
    """Every other attempt is throttled; botocore's retries bring the rest."""
    row = table.throttled_and_retried()

    assert (row.found, row.named) == (row.expected, 0)


@pytest.mark.parametrize(
    "make",
    [table.throttled_for_good, table.cut_pages, table.broken_pages, table.deleted, table.stormy, table.disabled_region],
)
def test_what_retries_do_not_mend_is_named(make: Callable[[], Row]) -> None:
    """Throttled for good, cut after a page, deleted meanwhile, a storm, a region that refuses: found or named."""
    row = make()

    holds(row)
    assert row.named > 0
    assert row.found > 0


def test_an_opt_in_region_that_is_enabled_is_read_like_any_other() -> None:
    """All of it is found."""
    row = table.opt_in_region()

    assert (row.found, row.named) == (row.expected, 0)


def test_an_account_with_nothing_has_nothing_and_no_hole() -> None:
    """Nothing is an answer."""
    row = table.empty_account()

    assert (row.expected, row.found, row.named) == (0, 0, 0)


def test_garbage_in_a_tag_is_kept_as_it_came_but_for_half_characters() -> None:
    """Control characters, right-to-left marks, 10 MB, `$at` and `Environment` as keys: the owner's words stay."""
    cloud = cloud_of(table.with_tags(seeded(), faults.GARBAGE, table.TAGGED))

    inventory = _EYES.read(cloud, REGIONS[:1])

    (workload,) = (one for one in inventory.workloads if one.id.endswith(":weld-0"))
    assert workload.tags == {**faults.GARBAGE, "lone": "a\ufffdb"}
    assert type(inventory).parse(json.loads(inventory.canonical()), "here") == inventory
    row = row_of("garbage", seeded().ledger(REGIONS[0]), [inventory])
    assert (row.found, row.named) == (row.expected, 0)


def test_ten_thousand_tags_are_kept() -> None:
    """In the order of their keys, and nothing else is lost for it."""
    tags = {f"k{number:05d}": "v" for number in range(10_000)}
    cloud = cloud_of(table.with_tags(seeded(), dict(reversed(tags.items())), table.TAGGED))

    inventory = _EYES.read(cloud, REGIONS[:1])

    (workload,) = (one for one in inventory.workloads if one.id.endswith(":weld-0"))
    assert list(workload.tags.items()) == list(tags.items())
    assert inventory.coverage.holes == 0


def _calls(cloud: Cloud) -> int:
    return sum(cloud.asked.values())


def test_a_storm_from_the_first_call_is_given_up_in_bounded_time() -> None:
    """After eight failures in a row, each with its retries, a unit stops asking an operation: no call per thing."""
    made = seeded()
    for place in made.places.values():
        many = [{"FunctionName": f"f-{n:03d}", "FunctionArn": f"arn:f-{n:03d}"} for n in range(100)]
        place.lists("lambda", "ListFunctions", "Functions", many)
    calm = cloud_of(made)
    eyes = Eyes()
    eyes.read(calm, REGIONS[:1])
    eyes.fresh()

    def only_details(call: object) -> None:
        if getattr(call, "operation", "").startswith("List") or getattr(call, "service", "") != "lambda":
            return
        faults.storm(0)(call)  # type: ignore[arg-type]  # it is a Call

    cloud = cloud_of(made)
    cloud.fault = only_details
    eyes.read(cloud, REGIONS[:1])

    per_operation = {
        operation: count for (_, _, service, operation), count in cloud.asked.items() if service == "lambda"
    }
    assert calm.asked[ACCOUNT, REGIONS[0], "lambda", "GetFunctionConcurrency"] >= 0
    # Eight questions in flight when the eighth fails, eight before: at most 16 of 103, five attempts each.
    assert max(per_operation.get(name, 0) for name in ("GetFunction", "GetFunctionConcurrency")) <= 16 * 5


def test_a_whole_storm_asks_no_more_than_its_retries() -> None:
    """Nothing is answered at all: the wait that retries ask for stays within minutes, and the run ends."""
    cloud = cloud_of(seeded())
    cloud.fault = faults.storm()

    Eyes().read(cloud, REGIONS[:1])

    assert _calls(cloud) < 400
    assert cloud.slept_s < 600  # over all threads: at most 1 + 2 + 4 + 8 s for each list


def test_a_region_that_was_not_asked_for_is_not_read() -> None:
    """An opt-in region that is not enabled is neither read nor a hole."""
    made = seeded()
    made.regions[OPT_IN] = "not-opted-in"
    cloud = cloud_of(made)

    inventory = Eyes().read(cloud)

    assert OPT_IN not in {region for _, region, _, _ in cloud.asked}
    assert OPT_IN not in {entry.region for entry in inventory.coverage.entries}
