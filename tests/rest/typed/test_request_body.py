"""Bodies: each kind of broken one has its own answer."""

import json

import pytest
from flask import Flask
from hypothesis import given, settings, strategies as st

from carboy.rest import InvalidRequestError
from carboy.rest.typed.request_body import read_json
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


def write(value, chance):
    """Write JSON with random white space; one object may have a field twice."""
    space = chance.choice(["", " ", "\n\t"])
    if isinstance(value, dict):
        pairs = [
            f"{json.dumps(name)}{space}:{space}{write(each, chance)}"
            for name, each in value.items()
        ]
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(write(each, chance) for each in value)}]"
    return json.dumps(value)


SOME_TEXTS = ['"":', 'a":b', chr(92) + '":', " :", "x"]
NAMES = st.sampled_from(["a", "b", '":', "\\", "é", ""])
VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(SOME_TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=8,
)


@given(VALUES, st.randoms(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_fields_there_twice_are_found_wherever_they_are(value, chance, is_twice):
    text = write(value, chance)
    if is_twice:
        text = f'[{text},{{"n":{text} , "n" :1}}]'

    with Flask("x").test_request_context(
        method="POST", data=text.encode(), content_type=JSON
    ):
        if is_twice:
            with pytest.raises(InvalidRequestError):
                read_json()
        else:
            assert read_json() == value


def test_usual_bodies_are_parsed_once(monkeypatch):
    parsed = []
    monkeypatch.setattr(json, "loads", lambda *_, **__: parsed.append(1))
    body = {"title": "a:b", "at": "12:30:00Z", "list": [{"x": {"y": 1}}]}
    app = Flask("x")
    for odd, count in (("", 0), ('"":', 1)):
        text = json.dumps({**body, "odd": odd})
        options = {"method": "POST", "data": text, "content_type": JSON}

        with app.test_request_context(**options):
            assert read_json() == {**body, "odd": odd}

        assert len(parsed) == count
