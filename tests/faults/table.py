"""The fault table: per fault what exists by the ledger, what was found, and what a hole in the coverage names."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aimigrate.assess.snapshot import Snapshot
from aimigrate.assess.units import collectors
from aimigrate.errors import AccountProblem
from tests.faults import faults
from tests.faults.account import ACCOUNT, OPT_IN, REGIONS, Seeded, cloud_of, fill, seeded
from tests.faults.cloud import Fault, Refused
from tests.faults.reading import Eyes, Row, row_of
from tests.faults.running import assess


def actions() -> list[str]:
    """Return each action that is published."""
    return sorted({action for item in collectors().values() for action in item.iam_actions})


def denied(eyes: Eyes, action: str) -> Row:
    """Return the row of one action denied, in one region."""
    made = seeded(regions=REGIONS[:1])
    inventory = eyes.read_again(replace(cloud_of(made), fault=faults.denied(action)), action)
    return row_of(f"{action} denied", made.ledger(), [inventory])


def with_fault(name: str, fault: Fault, made: Seeded | None = None, regions: tuple[str, ...] = REGIONS) -> Row:
    """Return the row of a fault over the whole account."""
    here = made or seeded()
    inventory = Eyes().read(replace(cloud_of(here), fault=fault), regions)
    return row_of(name, here.ledger(*regions), [inventory])


def nothing_wrong() -> Row:
    """Return the row of a good day."""
    return with_fault("none", lambda _: None)


def throttled_and_retried() -> Row:
    """Half of all calls throttled; the retries mend it."""
    return with_fault("half of all calls throttled (every other attempt)", faults.every_other_attempt_throttled())


def throttled_for_good() -> Row:
    """Half of all calls throttled, however often they are tried."""
    return with_fault("half of all questions throttled, at every attempt", faults.half_of_all_questions_throttled())


def cut_pages() -> Row:
    """Every page after the first fails."""
    return with_fault("a page that fails after the first (throttled)", faults.later_pages_fail())


def broken_pages() -> Row:
    """Every page after the first answers with a fault of AWS."""
    return with_fault("a page that fails after the first (500)", faults.later_pages_fail("InternalFailure", 500))


def deleted() -> Row:
    """One thing of each call that describes one is gone by then."""
    made = seeded()
    for place in made.places.values():
        for (service, operation), names in place.described().items():
            place.forget(service, operation, names[0])
    return with_fault("a resource deleted between list and describe", lambda _: None, made)


def stormy() -> Row:
    """AWS answers 503 to everything after the first 100 calls."""
    return with_fault("a 5xx storm after 100 calls", faults.storm(100))


def disabled_region() -> Row:
    """AWS takes no credentials in one of the regions: it was disabled, or the token is not valid there."""
    made = _with_opt_in_region()
    return with_fault("a region disabled", faults.region_refuses(OPT_IN), made, (*REGIONS, OPT_IN))


def opt_in_region() -> Row:
    """Read a region that the account has opted in to, like any other."""
    return with_fault("an opt-in region, enabled", lambda _: None, _with_opt_in_region(), (*REGIONS, OPT_IN))


def _with_opt_in_region() -> Seeded:
    made = seeded()
    made.regions[OPT_IN] = "opted-in"
    fill(made, ACCOUNT, OPT_IN)
    return made


def empty_account() -> Row:
    """Read an account with nothing in it."""
    return with_fault("an account with nothing", lambda _: None, Seeded())


def with_tags(made: Seeded, tags: dict[str, str], only: str) -> Seeded:
    """Return the accounts with these tags on the one thing, in every region, whoever asks for its tags."""

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        asked = [name for name in given.get("ResourceARNList", ()) if only in name]
        found = [{"ResourceARN": name, "Tags": faults.as_tags(tags)} for name in asked]
        return {"ResourceTagMappingList": found}

    for place in made.places.values():
        place.answers("resourcegroupstaggingapi", "GetResources", answer)
    return made


TAGGED = "endpoint/weld-0"


def garbage() -> Row:
    """Read tags of control characters, half characters, other directions, 10 MB, and names of our own."""
    return with_fault("garbage in a tag", lambda _: None, with_tags(seeded(), faults.GARBAGE, TAGGED))


def many_tags() -> Row:
    """Read one thing with 10,000 tags."""
    tags = {f"k{number:05d}": "v" for number in range(10_000)}
    return with_fault("10,000 tags", lambda _: None, with_tags(seeded(), tags, TAGGED))


def resumed(name: str, error: Refused) -> Row:
    """Return the row of a run that ends in the middle, together with the next one."""
    made = seeded(regions=REGIONS[:1])
    with TemporaryDirectory() as folder:
        cloud = replace(cloud_of(made), fault=faults.from_call(60, error))
        with suppress(AccountProblem):
            assess(cloud, Path(folder))
        assess(cloud_of(made), Path(folder), number=1)
        return row_of(name, made.ledger(), Snapshot(Path(folder)).inventories())


def expired() -> Row:
    """Go on with a fresh token after one that expired in the middle."""
    error = Refused("ExpiredTokenException", "The security token included in the request is expired")
    return resumed("a token that expires in the middle, then a fresh one", error)


def skewed() -> Row:
    """Go on with a right clock after one that jumped in the middle."""
    message = "Signature expired: 20261119T234000Z is now earlier than 20261119T235500Z"
    return resumed("a clock that jumps in the middle, then is right", Refused("SignatureDoesNotMatch", message, 403))


def rows() -> Iterator[Row]:
    """Yield every row, those of denied actions summed up at the end."""
    whole: tuple[Callable[[], Row], ...] = (
        *(nothing_wrong, throttled_and_retried, throttled_for_good, cut_pages, broken_pages, deleted, stormy),
        *(disabled_region, opt_in_region, expired, skewed, garbage, many_tags, empty_account),
    )
    for make in whole:
        yield make()
    eyes = Eyes()
    for action in actions():
        yield denied(eyes, action)
