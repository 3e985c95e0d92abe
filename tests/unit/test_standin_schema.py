"""The stand-in refuses what the real provider would refuse, by the installed pulumi_aws itself."""

import pytest

from aimigrate.demo.standin.kinds import KINDS
from aimigrate.demo.standin.schema import UNKNOWN, Failure, args_class, failures, properties

BUCKET = "aws:s3/bucket:Bucket"
GROUP = "aws:autoscaling/group:Group"


def test_an_unknown_property_is_refused_by_name() -> None:
    """A misspelt property fails; the real provider would ignore nothing either."""
    assert failures(BUCKET, {"bucket": "b", "colour": "red"}) == [Failure("colour", "is not a property of Bucket")]


def test_a_missing_required_property_is_refused() -> None:
    """A group without sizes can't be made."""
    found = failures(GROUP, {})

    assert [item.path for item in found] == ["maxSize", "minSize"]
    assert {item.reason for item in found} == {"is required and was not given"}


@pytest.mark.parametrize(
    ("properties_given", "path"),
    [
        ({"bucket": 7}, "bucket"),
        ({"forceDestroy": "yes"}, "forceDestroy"),
        ({"forceDestroy": 1}, "forceDestroy"),
        ({"tags": ["a"]}, "tags"),
        ({"tags": {"a": 1}}, "tags['a']"),
        ({"website": "index.html"}, "website"),
        ({"website": {"indexDocument": True}}, "website.indexDocument"),
        ({"grants": [{"type": "Group", "permissions": "READ"}]}, "grants[0].permissions"),
    ],
)
def test_a_wrong_type_is_refused_where_it_stands(properties_given: dict[str, object], path: str) -> None:
    """Scalars, lists, maps and nested objects are each checked, with the path to the fault."""
    assert [item.path for item in failures(BUCKET, properties_given)] == [path]


def test_whole_numbers_come_as_floats_and_pass() -> None:
    """The engine's wire format knows one kind of number; a fraction is still no whole one."""
    assert failures(GROUP, {"minSize": 1.0, "maxSize": 2.0}) == []
    assert [item.path for item in failures(GROUP, {"minSize": 1.5, "maxSize": 2.0})] == ["minSize"]


def test_what_is_not_known_yet_fits_everywhere() -> None:
    """In a preview a value may still be unknown, whatever its type."""
    assert failures(GROUP, {"minSize": UNKNOWN, "maxSize": 1, "tags": UNKNOWN, "launchTemplate": {"id": UNKNOWN}}) == []


def test_every_stand_in_type_is_known_to_pulumi_aws() -> None:
    """Each type's replacing, naming and computed properties exist in the real provider's classes."""
    for token, kind in KINDS.items():
        known = properties(args_class(token))
        assert kind.replaces <= known.keys(), token
        assert kind.name_property is None or kind.name_property in known, token


def test_a_resource_whose_name_a_nested_type_took_is_found() -> None:
    """BucketVersioning's own arguments, not those of a bucket's `versioning`."""
    assert "versioningConfiguration" in properties(args_class("aws:s3/bucketVersioning:BucketVersioning"))
