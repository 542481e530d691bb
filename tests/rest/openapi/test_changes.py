"""The comparison of two documents, over pairs of small ones."""

from datetime import date

import pytest

from carboy.rest.openapi import Severity, compare_documents
from tests.rest.openapi.pairs import DAY, OPERATION_PAIRS, Pair
from tests.rest.openapi.schema_pairs import SCHEMA_PAIRS

MARKS = {Severity.BREAKING: "!", Severity.WARNING: "?", Severity.INFO: "."}
PAIRS = [*OPERATION_PAIRS, *SCHEMA_PAIRS]
TODAY = date.fromisoformat(DAY)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_changes_of_a_pair_are_named_with_their_severity(pair: Pair):
    changes = compare_documents(pair.old, pair.new, today=TODAY)

    found = {f"{MARKS[change.severity]}{change.id}" for change in changes}
    assert found == pair.changes
    assert all(change.text and "{" not in change.text for change in changes)


def test_there_are_120_pairs_and_each_has_its_own_name():
    assert len(PAIRS) >= 120
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_document_does_not_differ_from_itself(pair: Pair):
    assert compare_documents(pair.old, pair.old, today=TODAY) == []


def test_a_change_names_its_place_and_breaking_ones_come_first():
    old = {"paths": {"/a": {"get": {"responses": {"200": {}}, "tags": ["x"]}}}}
    new = {"paths": {"/a": {"get": {"responses": {}, "tags": ["x", "y"]}}}}

    first, second = compare_documents(old, new, today=TODAY)

    assert (first.severity, first.place) == (Severity.BREAKING, "GET /a")
    assert first.text == "the successful status 200 was removed"
    assert second.id == "tag-added"
