"""Batteries register operations, which are listed when a document is written."""

from flask import Flask

from carboy.site import (
    ApiOperation,
    ProblemBody,
    list_operations,
    register_operations,
)


def test_operations_are_listed_when_they_are_asked_for() -> None:
    app = Flask(__name__)
    own: list[ApiOperation] = []
    assert list_operations(app) == []
    register_operations(app, lambda: own)
    register_operations(app, lambda: own)

    own.append(ApiOperation("shop.list", "GET", "List", {200: (ProblemBody("x"),)}))

    assert [each.endpoint for each in list_operations(app)] == ["shop.list"] * 2
    assert list_operations(Flask(__name__)) == []
