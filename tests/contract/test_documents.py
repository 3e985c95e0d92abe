"""Every document: frozen, strict, versioned, the same bytes for the same content."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from aimigrate.contracts import DOCUMENTS, Sites
from aimigrate.contracts.base import Document
from aimigrate.contracts.problems import DocumentProblem

SITES = {"sites": [{"id": "fra-1", "region": "eu-central-1", "country": "DE"}]}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_is_frozen_and_refuses_unknown_fields(name: str) -> None:
    """No stage can change a document it was given, and a typing error in a field name is never swallowed."""
    config = DOCUMENTS[name].model_config

    assert config["frozen"] is True
    assert config["extra"] == "forbid"
    assert config["allow_inf_nan"] is False


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_has_a_version_and_a_name(name: str) -> None:
    """A reader knows from the file alone what it holds and in which shape."""
    document = DOCUMENTS[name]

    assert document.document_name == name
    assert document.model_fields["schema_version"].default == 1


@pytest.mark.parametrize("name", sorted(DOCUMENTS.keys() - {"sites", "hints"}))
def test_a_derived_document_carries_the_hash_of_its_input(name: str) -> None:
    """What a document was made from can be checked."""
    fields = DOCUMENTS[name].model_fields

    assert [field for field in fields if field.endswith("_sha256")]


def test_equal_documents_give_equal_bytes_whatever_the_order_of_keys() -> None:
    """The hash of a document depends on what it says, not on how it was typed."""
    one = Sites.parse(SITES, "one")
    other = Sites.parse(json.loads(json.dumps(SITES, sort_keys=True)), "other")

    assert one.canonical() == other.canonical()
    assert one.sha256() == other.sha256()


def test_a_document_comes_back_from_its_file(tmp_path: Path) -> None:
    """Save and load are each other's inverse."""
    document = Sites.parse(SITES, "given")

    document.save(tmp_path / "sites.json")

    assert Sites.load(tmp_path / "sites.json") == document


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    """A document of a later aimigrate is refused by name of the version, not by a list of odd fields."""
    path = tmp_path / "sites.json"
    path.write_text(json.dumps({**SITES, "schema_version": 2, "new_field": 1}))

    with pytest.raises(DocumentProblem, match="schema_version 2 is not 1"):
        Sites.load(path)


def test_a_fault_names_the_field_and_not_the_value(tmp_path: Path) -> None:
    """What a file holds may be a secret: the message says where the fault is only."""
    path = tmp_path / "sites.json"
    path.write_text(json.dumps({"sites": [{"id": "fra-1", "region": "hunter2", "country": "DE"}]}))

    with pytest.raises(DocumentProblem) as caught:
        Sites.load(path)

    assert "sites[0].region" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_frozen_value_cannot_be_changed() -> None:
    """Assignment raises."""
    document: Document = Sites.parse(SITES, "given")

    with pytest.raises(ValidationError):
        document.schema_version = 3
