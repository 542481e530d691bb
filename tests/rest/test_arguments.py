"""One argument: where it is looked for, how it is converted."""

import io
from decimal import Decimal

import pytest
from flask import Flask, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request

from carboy.rest.arguments import Argument, read_place

app = Flask(__name__)


def parse(argument, **options):
    """Return what an argument has for a request."""
    with app.test_request_context("/", **options):
        request.unparsed_arguments = {}
        return argument.parse(request)


def refuse(argument, **options):
    """Return the words with which a request is refused."""
    with pytest.raises(BadRequest) as caught:
        parse(argument, **options)
    return caught.value.data["message"]


@pytest.mark.parametrize(
    "options",
    [
        {"json": {"a": "1"}},
        {"data": {"a": "1"}},
        {"query_string": {"a": "1"}},
        {"method": "POST", "data": {"a": "1"}},
    ],
)
def test_json_form_and_query_string_are_read(options):
    assert parse(Argument("a", type=int), **{"method": "POST", **options}) == (1, True)


def test_the_place_may_be_named():
    headers = {"X-Age": "7", "Cookie": "a=cookie"}
    assert parse(Argument("X-Age", location="headers"), headers=headers)[0] == "7"
    assert parse(Argument("a", location="cookies"), headers=headers)[0] == "cookie"
    argument = Argument("f", location="files", type=FileStorage)
    data = {"f": (io.BytesIO(b"hello"), "h.txt")}
    with app.test_request_context("/", method="POST", data=data):
        request.unparsed_arguments = {}
        assert argument.parse(request)[0].read() == b"hello"


def test_a_missing_argument_names_where_it_was_looked_for():
    assert refuse(Argument("a", required=True, location="args")) == {
        "a": "Missing required parameter in the query string"
    }
    assert refuse(Argument("a", required=True)) == {
        "a": "Missing required parameter in the JSON body or the post body or the "
        "query string"
    }


def test_the_own_words_replace_the_reason_or_hold_it():
    argument = Argument("a", type=int, help="A number, please.")
    assert refuse(argument, query_string="a=x") == {"a": "A number, please."}
    argument = Argument("a", type=int, help="Bad: {error_msg}")
    assert refuse(argument, query_string="a=x")["a"].startswith("Bad: invalid literal")


def test_broken_json_is_400_and_another_type_is_none():
    broken = {"data": "{", "content_type": "application/json", "method": "POST"}
    with pytest.raises(BadRequest):
        parse(Argument("a"), **broken)
    text = {"data": "{", "content_type": "text/plain", "method": "POST"}
    assert parse(Argument("a"), **text) == (None, False)
    empty = {"data": "", "content_type": "application/json", "method": "POST"}
    assert parse(Argument("a", default=5), **empty) == (5, False)


@pytest.mark.parametrize("body", [[1], "text", 5, None, True])
@pytest.mark.parametrize("location", ["json", ("json", "values")])
def test_json_without_names_has_no_arguments(body, location):
    argument = Argument("a", location=location)
    assert parse(argument, method="POST", json=body) == (None, False)


def test_choices_and_case():
    argument = Argument("a", choices=("one", "two"))
    assert refuse(argument, query_string="a=ONE") == {"a": "ONE is not a valid choice"}
    argument = Argument("a", choices=("One", "Two"), case_sensitive=False)
    assert parse(argument, query_string="a=ONE")[0] == "one"
    assert argument.choices == ("One", "Two")


def test_actions():
    several = "a=1&a=2"
    assert parse(Argument("a"), query_string=several)[0] == "1"
    assert parse(Argument("a", action="append"), query_string="a=1")[0] == ["1"]
    assert parse(Argument("a", action="split"), query_string=several)[0] == ["1", "2"]
    in_json = Argument("a", action="append", location="json", type=int)
    assert parse(in_json, method="POST", json={"a": [1, 2]})[0] == [1, 2]


def test_none_is_a_value_unless_refused():
    body = {"method": "POST", "json": {"a": None}}
    assert parse(Argument("a", type=int), **body) == (None, True)
    assert refuse(Argument("a", type=int, nullable=False), **body) == {
        "a": "Must not be null!"
    }


def test_types_take_name_and_operator_if_they_want():
    assert parse(Argument("a", type=lambda v: v + "!"), query_string="a=x")[0] == "x!"
    named = Argument("a", type=lambda v, name: f"{name}={v}")
    assert parse(named, query_string="a=x")[0] == "a=x"
    compared = Argument("a", type=lambda v, n, op: (op, v), operators=[">=", "<="])
    assert parse(compared, query_string="a>=5")[0] == (">=", "5")
    money = Argument("a", type=Decimal, location="json")
    assert parse(money, method="POST", json={"a": 1.1})[0] == Decimal("1.1")


def test_a_type_error_inside_a_type_is_reported_not_hidden():
    def convert(value):
        return value + 1

    assert "a" in refuse(Argument("a", type=convert), query_string="a=x")


def test_ignored_values_leave_the_default():
    argument = Argument("a", type=int, ignore=True, default=lambda: 3)
    assert parse(argument, query_string="a=x") == (3, False)


def test_text_describes_an_argument():
    argument = Argument("a", choices=[1, 2, 3, 4, 5, 6])
    assert str(argument).endswith("choices: [1, 2, 3, '...', 6]")
    assert repr(argument).startswith("Argument('a', default=None")


def test_places_of_other_objects_are_attributes_or_methods():
    class Other:
        json = {"a": 1}  # noqa: RUF012 - a test

        def values(self):
            return {"b": 2}

    assert read_place(Other(), "json") == {"a": 1}
    assert read_place(Other(), "values") == {"b": 2}
    assert read_place(Other(), "form") is None


def test_a_request_of_werkzeug_alone_is_read():
    other = Request.from_values("/?a=1")
    assert read_place(other, "json") is None
    assert Argument("a").source(other)["a"] == "1"
