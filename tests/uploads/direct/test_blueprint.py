"""Browsers send files to S3 themselves; what no form confirms leaves no orphan."""

import http.client
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from carboy.errors import ConfigError
from carboy.uploads.app_state import uploads_state
from carboy.uploads.direct import DirectUploads
from carboy.uploads.sweep import sweep
from tests.uploads.conftest import make_image
from tests.uploads.resumable.conftest import fake_s3, make_cinema

__all__ = ["fake_s3", "make_cinema"]


@pytest.fixture
def cinema(make_cinema, fake_s3):
    cinema = make_cinema(fake_s3.url)
    allowed = DirectUploads(
        "direct", cinema.Film.poster, allow=lambda: cinema.is_allowed
    )
    cinema.direct = allowed
    cinema.app.register_blueprint(allowed, url_prefix="/direct")
    with cinema.app.app_context():
        yield cinema


def begin(cinema, size, name="a.png"):
    return cinema.client.post("/direct/", data={"size": str(size), "name": name})


def post(form, data):
    """Send a file as the browser does."""
    fields = {**form["fields"], "file": FileStorage(BytesIO(data), "a.png")}
    boundary, body = encode_multipart(fields)
    parts = urlsplit(form["url"])
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    connection.request("POST", parts.path, body, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def remove_orphans():
    state = uploads_state.current()
    sweep(state, state.list_columns(), older_than=0)


def test_a_file_is_sent_confirmed_and_belongs_to_its_row(cinema, fake_s3):
    image = make_image()
    begun = begin(cinema, len(image), "我.png")

    assert begun.status_code == 201
    assert post(begun.json, image) == 201
    token = cinema.client.post(begun.json["confirm"]).json["token"]
    with cinema.app.test_request_context(
        "/", method="POST", data={"poster-kept": token}
    ):
        film = cinema.Film(poster=cinema.direct.find("poster"))
    cinema.db.session.add(film)
    cinema.db.session.commit()
    remove_orphans()

    assert film.poster.name == "我.png"
    assert film.poster.width == 40
    assert list(fake_s3.objects) == [f"site/{film.poster.key}"]


@pytest.mark.parametrize("how", ["begun", "sent", "confirmed"])
def test_what_is_not_confirmed_or_taken_is_removed(cinema, fake_s3, how):
    image = make_image()
    form = begin(cinema, len(image)).json
    if how != "begun":
        assert post(form, image) == 201
    if how == "confirmed":
        assert "token" in cinema.client.post(form["confirm"]).json

    remove_orphans()

    assert fake_s3.objects == {}
    assert cinema.client.post(form["confirm"]).status_code == 404


def test_another_size_is_refused_by_s3(cinema):
    form = begin(cinema, 10).json

    assert post(form, b"x" * 11) == 400
    assert cinema.client.post(form["confirm"]).status_code == 409


@pytest.mark.parametrize(
    ("size", "status"), [("x", 400), ("-1", 400), ("1e3", 400), ("1048577", 413)]
)
def test_a_wrong_size_begins_nothing(cinema, fake_s3, size, status):
    answer = begin(cinema, size)

    assert answer.status_code == status
    assert answer.json["message"]
    assert fake_s3.objects == {}


def test_the_content_is_looked_at_when_it_is_confirmed(cinema):
    data = b"<svg onload=alert(1)>"
    form = begin(cinema, len(data)).json
    assert post(form, data) == 201

    answer = cinema.client.post(form["confirm"])

    assert answer.status_code == 415
    assert answer.json["message"]


def test_a_form_that_is_used_again_does_not_change_what_was_checked(cinema, fake_s3):
    """The form is still valid after the confirmation; a second file goes nowhere."""
    image, other = make_image(), b"<script>alert(1)</script>"
    form = begin(cinema, max(len(image), len(other))).json
    assert post(form, image) == 201
    first = cinema.client.post(form["confirm"]).json["token"]

    assert post(form, other) == 201
    second = cinema.client.post(form["confirm"]).json["token"]

    kept = [key for key in fake_s3.objects if "/confirmed-" in key]
    assert len(kept) == 1
    for token in (first, second):
        waiting = cinema.direct._intake.find_token(token)
        assert other not in b"".join(waiting.chunks())


def test_a_document_that_is_sent_again_does_not_replace_the_checked_one(
    cinema, fake_s3
):
    """Documents are not written anew, so the bytes that were checked are stored."""
    good, other = b"%PDF-1.4\n%%EOF\n", b"<html><script>alert(1)</script>"
    direct = DirectUploads("files", cinema.Film.video, allow=lambda: True)
    cinema.app.register_blueprint(direct, url_prefix="/files")
    sizes = {"size": str(len(other)), "name": "a.pdf"}
    form = cinema.client.post("/files/", data=sizes).json
    assert post(form, good) == 201
    token = cinema.client.post(form["confirm"]).json["token"]
    assert post(form, other) == 201

    data = {"video-kept": token}
    with cinema.app.test_request_context("/", method="POST", data=data):
        film = cinema.Film(video=direct.find("video"))
    cinema.db.session.add(film)
    cinema.db.session.commit()

    assert film.video.read() == good


def test_a_visitor_who_may_not_send_gets_no_form(cinema):
    form = begin(cinema, 10).json
    cinema.is_allowed = False

    assert begin(cinema, 10).status_code == 403
    assert cinema.client.post(form["confirm"]).status_code == 403


def test_another_storage_says_what_to_use(make_cinema):
    cinema = make_cinema("memory:")
    direct = DirectUploads("direct", cinema.Film.poster, allow=lambda: True)
    cinema.app.register_blueprint(direct, url_prefix="/direct")

    with pytest.raises(ConfigError, match="ResumableUploads"):
        begin(cinema, 10)


def test_the_field_works_without_javascript(cinema):
    with cinema.app.test_request_context("/"):
        html = cinema.direct.field("poster")
    with cinema.client.get("/direct/-/script/direct.js") as script:
        assert len(script.data) < 8_000

    assert html.startswith('<input type="file" name="poster" ')
    assert 'data-direct="/direct/"' in html
    assert 'accept="' in html
    for word in (b"eval", b"innerHTML", b".style", b"Function("):
        assert word not in script.data
