"""What the pages show of a document."""

import shlex

import pytest
from flask import Flask

from carboy.rest.openapi import make_document
from carboy.rest.openapi.reference import group_by_tag, list_operations
from tests.rest.library import make_api


@pytest.fixture
def operations():
    app = Flask(__name__)
    api = make_api()
    api.init_app(app)
    return {each.id: each for each in list_operations(make_document(app, [api]))}


def test_an_operation_is_shown_with_its_parts(operations):
    entry = operations["create_book"]

    assert (entry.method, entry.path, entry.tag) == ("POST", "/api/books", "writing")
    assert entry.heading == "Create book"
    assert [row.name for row in entry.body.fields][:2] == ["title", "pages"]
    assert entry.body.fields[0].is_required
    assert entry.responses[0].status == "201"
    inside = [row.name for row in entry.responses[0].content.fields if row.depth]
    assert inside == ["id", "name"]


def test_a_search_finds_words_in_any_order(operations):
    found = [each.id for each in operations.values() if each.matches(["books", "post"])]

    assert found == ["create_book"]


def test_operations_without_a_tag_are_grouped_by_their_address(operations):
    tags = [tag for tag, _ in group_by_tag(list(operations.values()))]

    assert {"books", "writing", "authors"} <= set(tags)


def test_the_command_calls_the_operation(operations):
    text = operations["create_book"].make_command("http://localhost:5000/")

    words = shlex.split(text)
    assert words[:4] == ["curl", "-X", "POST", "http://localhost:5000/api/books"]
    assert '"title": "text"' in words[-1]
    assert "/api/books/1" in operations["get_book"].make_command("http://x")
    assert "tag=" in operations["list_tags"].make_command("http://x")
