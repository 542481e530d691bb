"""Parsers of requests."""

import pytest
from flask import Flask
from werkzeug.exceptions import BadRequest

from carboy.rest import inputs, reqparse

app = Flask(__name__)


def parse(parser, query="", **options):
    with app.test_request_context(f"/?{query}"):
        return parser.parse_args(**options)


def test_arguments_are_items_and_attributes():
    parser = reqparse.RequestParser()
    parser.add_argument("age", type=int).add_argument("name", dest="called")
    args = parse(parser, "age=5&name=Ada")
    assert (args["age"], args.called) == (5, "Ada")
    args.extra = 1
    assert args["extra"] == 1
    with pytest.raises(AttributeError):
        _ = args.nothing


def test_the_first_error_ends_or_all_are_collected():
    parser = reqparse.RequestParser(bundle_errors=True)
    parser.add_argument("age", type=int, help="age")
    parser.add_argument("size", type=inputs.natural, required=True)
    with pytest.raises(BadRequest) as caught:
        parse(parser, "age=x")
    assert set(caught.value.data["message"]) == {"age", "size"}
    parser.bundle_errors = False
    with pytest.raises(BadRequest) as caught:
        parse(parser, "age=x")
    assert set(caught.value.data["message"]) == {"age"}


def test_errors_are_collected_by_setting():
    site = Flask(__name__)
    site.config["BUNDLE_ERRORS"] = True
    parser = reqparse.RequestParser()
    parser.add_argument("a", type=int).add_argument("b", required=True)
    with site.test_request_context("/?a=x"), pytest.raises(BadRequest) as caught:
        parser.parse_args()
    assert set(caught.value.data["message"]) == {"a", "b"}


def test_another_status_for_collected_errors():
    parser = reqparse.RequestParser(bundle_errors=True)
    parser.add_argument("a", type=int)
    with app.test_request_context("/?a=x"), pytest.raises(Exception) as caught:  # noqa: PT011 - judged below
        parser.parse_args(http_error_code=422)
    assert caught.value.code == 422


def test_unknown_arguments_are_refused_when_strict():
    parser = reqparse.RequestParser().add_argument("a")
    assert parse(parser, "a=1", strict=True) == {"a": "1"}
    with pytest.raises(BadRequest, match="Unknown arguments: b"):
        parse(parser, "a=1&b=2", strict=True)


def test_missing_values_are_stored_unless_told():
    parser = reqparse.RequestParser()
    parser.add_argument("a", default=1).add_argument("b", store_missing=False)
    assert parse(parser) == {"a": 1}


def test_blanks_are_trimmed():
    parser = reqparse.RequestParser(trim=True)
    parser.add_argument("a").add_argument("b", trim=False)
    assert parse(parser, "a=+x+&b=+y+") == {"a": "x", "b": " y "}


def test_a_copy_is_changed_alone():
    parser = reqparse.RequestParser().add_argument("a").add_argument("b")
    copied = parser.copy().remove_argument("a").replace_argument("b", type=int)
    copied.replace_argument("nothing", type=int)
    assert parse(copied, "a=1&b=2") == {"b": 2}
    assert parse(parser, "a=1&b=2") == {"a": "1", "b": "2"}


def test_classes_of_ones_own_are_used():
    class Loud(reqparse.Argument):
        def convert(self, value, op):
            return super().convert(value, op).upper()

    class Bag(reqparse.Namespace):
        pass

    parser = reqparse.RequestParser(Loud, Bag).add_argument(Loud("a"))
    args = parse(parser, "a=x")
    assert type(args) is Bag
    assert args == {"a": "X"}


def test_an_own_source_is_asked_for_each_argument():
    class Fixed(reqparse.Argument):
        def source(self, request):
            return {self.name: f"own {self.name}"}

    parser = reqparse.RequestParser(Fixed).add_argument("a").add_argument("b")
    assert parse(parser) == {"a": "own a", "b": "own b"}
