"""APIs that end: every response of theirs says so, and no other one."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from flask import Blueprint, Flask

from carboy.rest import Api, Resource
from carboy.rest.versions import VersionError, make_ending

ENDING = {"deprecated": "2027-01-01", "sunset": "2027-06-30", "successor": "/v2"}


@pytest.fixture
def client():
    app = Flask("site")
    app.config |= {"REST_DOCS": "always", "PROPAGATE_EXCEPTIONS": False}
    blueprint = Blueprint("old", __name__, url_prefix="/v1")
    old, new = Api(blueprint, **ENDING), Api(app, prefix="/v2")

    @old.get("/books")
    def books(number: int = 0) -> int:
        return 1 // (1 - number)

    class Authors(Resource):
        def get(self):
            return [], 200, {"Link": "</page/2>; rel=next"}

    old.add_resource(Authors, "/authors")
    new.get("/books", endpoint="new")(lambda: None)
    app.register_blueprint(blueprint)
    return app.test_client()


@pytest.mark.parametrize("query", ["", "?number=x", "?number=1"])
def test_results_and_errors_say_when_the_api_ends(client, query):
    headers = client.get(f"/v1/books{query}").headers

    assert headers["Deprecation"] == "@1798761600"
    assert headers["Sunset"] == "Wed, 30 Jun 2027 00:00:00 GMT"
    assert headers["Link"] == '</v2>; rel="successor-version"'


def test_resources_keep_their_own_links(client):
    links = client.get("/v1/authors").headers.getlist("Link")

    assert links == ["</page/2>; rel=next", '</v2>; rel="successor-version"']


def test_below_another_root_the_successor_is_there_too(client):
    headers = client.get("/v1/books", base_url="http://localhost/shop").headers

    assert headers["Link"] == '</shop/v2>; rel="successor-version"'


def test_other_apis_say_nothing(client):
    for path in ("/v2/books", "/-/openapi.json", "/nothing"):
        headers = client.get(path).headers
        assert not {"Deprecation", "Sunset", "Link"} & set(headers.keys())


def test_the_document_marks_the_operations(client):
    paths = client.get("/-/openapi.json").json["paths"]

    assert paths["/v1/books"]["get"]["deprecated"] is True
    assert paths["/v1/authors"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/v2/books"]["get"]


def test_dates_are_read_in_utc_unless_they_say_otherwise():
    begin = datetime(2027, 1, 1, tzinfo=UTC)
    east = timezone(timedelta(hours=8))

    for value in (
        date(2027, 1, 1),
        datetime(2027, 1, 1),  # noqa: DTZ001 - what is tested
        "2027-01-01T08:00+08:00",
        begin.astimezone(east),
    ):
        assert make_ending(value, None, "").deprecated == begin


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"deprecated": "soon"}, "'soon' is not a date"),
        ({"deprecated": ""}, "is not a date"),
        ({"deprecated": "2027-01-02", "sunset": "2027-01-01"}, "is before"),
        ({"sunset": "2027-01-01"}, "without deprecated="),
        ({"successor": "/v2"}, "without deprecated="),
        ({**ENDING, "successor": "/v2>; rel=evil, <x"}, "Link header"),
        ({**ENDING, "successor": "/v2\r\nX: y"}, "Link header"),
        ({**ENDING, "successor": "/v2\n"}, "Link header"),
    ],
)
def test_what_clients_could_not_use_is_refused(arguments, words):
    with pytest.raises(VersionError, match=words):
        Api(**arguments)
