"""Bodies: each kind of broken one has its own answer."""

import pytest

from tests.rest.library import make_library

JSON = "application/json"


@pytest.fixture
def post():
    client = make_library().test_client()
    return lambda data, kind=JSON: client.post(
        "/api/books", data=data, content_type=kind
    )


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        ('{"title": "a"', JSON, 400),
        ("", JSON, 422),
        ("nonsense", JSON, 400),
        ('{"title": NaN}', JSON, 400),
        (b'{"title": "\xff"}', JSON, 400),
        (b'\xef\xbb\xbf{"title": "a"}', JSON, 400),
        ('{"title": "a"} {}', JSON, 400),
        ("[" * 100_000, JSON, 400),
        ('{"title": "a"}', "text/plain", 415),
        ("title=a", "application/x-www-form-urlencoded", 415),
        ("[]", JSON, 422),
        ("null", JSON, 422),
        ('"text"', JSON, 422),
        ('{"title": "a", "pages": ' + "9" * 5_000 + "}", JSON, 400),
    ],
)
def test_a_broken_body_is_never_a_fault(post, data, kind, status):
    answer = post(data, kind)

    assert answer.status_code == status
    assert answer.json["status"] == status
    assert "Traceback" not in answer.text


def test_a_name_that_is_there_twice_is_refused_also_inside(post):
    for data, path in (
        ('{"title": "a", "title": "b"}', "/title"),
        ('{"title": "a", "tags": [{"x": 1, "x": 2}]}', "/x"),
    ):
        answer = post(data)
        assert answer.status_code == 422
        assert [(e["code"], e["path"]) for e in answer.json["errors"]] == [
            ("duplicate", path)
        ]


def test_json_with_another_name_of_its_type_is_read(post):
    assert post('{"title": "a"}', "application/vnd.books+json").status_code == 201


def test_a_client_without_a_body_hears_that_one_is_needed():
    answer = make_library().test_client().post("/api/books")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "missing"
