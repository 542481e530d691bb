"""Errors of an API."""

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from carboy.rest import abort


def test_abort_ends_with_a_status_and_data():
    with Flask(__name__).app_context(), pytest.raises(HTTPException) as caught:
        abort(409, message="taken", field="name")
    assert caught.value.code == 409
    assert caught.value.data == {"message": "taken", "field": "name"}


def test_abort_without_data_has_none():
    with Flask(__name__).app_context(), pytest.raises(HTTPException) as caught:
        abort(404)
    assert not hasattr(caught.value, "data")
