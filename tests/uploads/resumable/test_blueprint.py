"""The views speak tus 1.0, take only what the column accepts, and leave no orphan."""

import hashlib
import io
from base64 import b64encode

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from carboy.uploads import FileMissingError, UploadRefusedError
from carboy.uploads.app_state import uploads_state
from carboy.uploads.fields import AttachmentField
from carboy.uploads.resumable import ResumableUploads
from carboy.uploads.sweep import sweep
from tests.uploads.conftest import make_image
from tests.uploads.resumable.conftest import TUS, make_bytes


def test_the_server_says_what_it_can(cinema):
    answer = cinema.client.options("/videos/")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert answer.headers["Tus-Max-Size"] == str(30 * 1024 * 1024)


def test_a_file_comes_in_parts_and_belongs_to_its_row(cinema):
    data = make_bytes(300_000)
    begun = cinema.begin(len(data), "我的影片.mp4")
    url = begun.headers["Location"]

    first = cinema.patch(url, 0, data[:100_000])
    head = cinema.head(url)
    digest = b64encode(
        hashlib.sha1(data[100_000:], usedforsecurity=False).digest()
    ).decode()
    second = cinema.patch(
        url, 100_000, data[100_000:], **{"Upload-Checksum": f"sha1 {digest}"}
    )

    assert (begun.status_code, first.status_code, second.status_code) == (201, 204, 204)
    assert begun.headers["Upload-Expires"].endswith("GMT")
    assert first.headers["Upload-Offset"] == head.headers["Upload-Offset"] == "100000"
    assert head.headers["Upload-Length"] == "300000"
    assert head.headers["Cache-Control"] == "no-store"
    assert second.headers["Upload-Offset"] == "300000"
    film = cinema.Film(video=cinema.videos.take(url.rpartition("/")[2]))
    cinema.db.session.add(film)
    cinema.db.session.commit()
    assert film.video.name == "我的影片.mp4"
    assert film.video.read() == data
    assert film.video.digest == hashlib.sha256(data).hexdigest()
    assert cinema.head(url).status_code == 404


def test_a_rollback_gives_the_upload_back(cinema):
    file_id = cinema.send(b"data" * 100)
    cinema.db.session.add(cinema.Film(video=cinema.videos.take(file_id)))
    cinema.db.session.flush()

    cinema.db.session.rollback()

    film = cinema.Film(video=cinema.videos.take(file_id))
    cinema.db.session.add(film)
    cinema.db.session.commit()
    assert film.video.read() == b"data" * 100
    with pytest.raises(FileMissingError):
        cinema.videos.take(file_id)


def test_what_no_form_takes_is_removed_by_the_sweeper(cinema):
    cinema.send(b"data")
    cinema.begin(100)
    taken = cinema.send(b"data")
    cinema.db.session.add(cinema.Film(video=cinema.videos.take(taken)))
    cinema.db.session.commit()

    state = uploads_state.current()
    sweep(state, state.list_columns(), older_than=0)

    [film] = cinema.db.session.scalars(cinema.db.select(cinema.Film))
    storage = cinema.uploads.storage
    assert [stored.key for stored in storage.list_files()] == [film.video.key]
    assert storage.remove_unfinished(older_than=0) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Length": "31457281"}, 413),
        ({"Upload-Metadata": "a,a"}, 400),
        ({"Upload-Metadata": "filename !"}, 400),
    ],
)
def test_a_beginning_that_is_wrong_begins_nothing(cinema, headers, status):
    sent = {**TUS, "Upload-Length": "10", **headers}

    answer = cinema.client.post("/videos/", headers=sent)

    assert answer.status_code == status
    assert list(cinema.uploads.storage.list_files()) == []
    assert cinema.uploads.storage.remove_unfinished(older_than=0) == 0
    if status == 412:
        assert answer.headers["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize(
    ("offset", "data", "headers", "status"),
    [
        (3, b"x", {}, 409),
        (0, b"x" * 11, {}, 413),
        (0, b"x", {"Content-Type": "text/plain"}, 415),
        (0, b"x", {"Upload-Offset": "-1"}, 400),
        (0, b"x", {"Upload-Checksum": "sha1 AAAA"}, 460),
        (0, b"x", {"Upload-Checksum": "crc32 AAAA"}, 400),
        (0, b"x", {"Tus-Resumable": "1.0.1"}, 412),
    ],
)
def test_a_part_that_is_wrong_changes_nothing(cinema, offset, data, headers, status):
    url = cinema.begin(10).headers["Location"]

    answer = cinema.patch(url, offset, data, **headers)

    assert answer.status_code == status
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert cinema.head(url).headers["Upload-Offset"] == "0"


def test_a_method_may_be_in_a_header(cinema):
    url = cinema.begin(4).headers["Location"]
    headers = {
        **TUS,
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "X-HTTP-Method-Override": "PATCH",
    }

    assert cinema.client.post(url, data=b"data", headers=headers).status_code == 204
    assert cinema.client.post(url, data=b"data", headers=TUS).status_code == 405


def test_an_upload_can_be_ended(cinema):
    url = cinema.begin(10).headers["Location"]
    cinema.patch(url, 0, b"12345")

    assert cinema.client.delete(url, headers=TUS).status_code == 204
    assert cinema.head(url).status_code == 404
    assert cinema.patch(url, 5, b"67890").status_code == 404
    assert list(cinema.uploads.storage.list_files()) == []


def test_a_visitor_who_may_not_send_does_nothing(cinema):
    url = cinema.begin(10).headers["Location"]
    cinema.is_allowed = False

    answers = [
        cinema.begin(10),
        cinema.patch(url, 0, b"x"),
        cinema.head(url),
        cinema.client.delete(url, headers=TUS),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_an_incomplete_upload_is_not_taken(cinema):
    url = cinema.begin(10).headers["Location"]
    cinema.patch(url, 0, b"12345")

    with pytest.raises(FileMissingError, match="not complete"):
        cinema.videos.take(url.rpartition("/")[2])
    with pytest.raises(FileMissingError):
        cinema.videos.take("../../etc/passwd")


def test_content_is_looked_at_when_it_is_taken(cinema):
    image = make_image()
    good = cinema.send(image, "a.png", "/posters/")
    bad = cinema.send(b"<script>alert(1)</script>", "a.png", "/posters/")

    poster = cinema.posters.take(good)

    assert (poster.width, poster.height) == (40, 30)
    with pytest.raises(UploadRefusedError):
        cinema.posters.take(bad)


@pytest.mark.parametrize("kind", ["memory", "s3"])
def test_other_storages_take_it_too(make_cinema, kind, request):
    url = "memory:" if kind == "memory" else request.getfixturevalue("fake_s3").url
    cinema = make_cinema(url)
    data = make_bytes(6_000_000)
    with cinema.app.app_context():
        begun = cinema.begin(len(data)).headers["Location"]
        for start in range(0, len(data), 1_700_000):
            part = data[start : start + 1_700_000]
            answer = cinema.patch(begun, start, part)
            assert answer.headers["Upload-Offset"] == str(start + len(part))
        film = cinema.Film(video=cinema.videos.take(begun.rpartition("/")[2]))
        cinema.db.session.add(film)
        cinema.db.session.commit()

        assert film.video.read() == data
        assert film.video.digest == hashlib.sha256(data).hexdigest()


def test_a_form_has_an_upload_a_plain_file_or_none(cinema):
    file_id = cinema.send(b"data")
    answer = cinema.client.post(f"/videos/{file_id}/token")
    forms = [
        {"video-kept": answer.json["token"]},
        {"video-kept": "no token"},
        {"video": (io.BytesIO(b"plain"), "a.txt")},
        {"video": (io.BytesIO(b""), "")},
        {},
    ]
    found = []
    for data in forms:
        with cinema.app.test_request_context("/", method="POST", data=data):
            found.append(cinema.videos.find("video"))

    assert found[0].size == 4
    assert found[2].filename == "a.txt"
    assert [found[1], *found[3:]] == [None, None, None]


def test_a_token_needs_a_complete_file_that_is_accepted(cinema):
    url = cinema.begin(10).headers["Location"]
    bad = cinema.send(b"<script>alert(1)</script>", "a.png", "/posters/")
    good = cinema.send(make_image(), "a.png", "/posters/")

    answers = [
        cinema.client.post(f"{url}/token"),
        cinema.client.post("/videos/none/token"),
        cinema.client.post(f"/posters/{bad}/token"),
        cinema.client.post(f"/posters/{good}/token"),
    ]

    assert [answer.status_code for answer in answers] == [409, 404, 415, 200]
    assert "message" in answers[2].json
    cinema.is_allowed = False
    assert cinema.client.post(f"{url}/token").status_code == 403


def test_the_field_of_a_form_takes_the_token(cinema):
    class FilmForm(Form):
        video = AttachmentField(cinema.Film.video)

    file_id = cinema.send(b"data")
    token = cinema.client.post(f"/videos/{file_id}/token").json["token"]

    form = FilmForm(MultiDict({"video-kept": token}))
    assert form.validate(), form.errors
    film = cinema.Film()
    form.populate_obj(film)
    cinema.db.session.add(film)
    cinema.db.session.commit()

    assert film.video.read() == b"data"


def test_the_field_works_without_javascript_and_with_a_policy_of_scripts(cinema):
    with cinema.app.test_request_context("/"):
        html = cinema.videos.field("video", id="a<b")

    assert html.startswith('<input type="file" name="video" ')
    assert 'data-resumable="/videos/"' in html
    assert 'id="a&lt;b"' in html
    assert '<script src="/videos/-/script/resumable.js" defer></script>' in html
    assert "onclick" not in html


def test_the_script_is_small_and_changes_no_styles(cinema):
    with cinema.client.get("/videos/-/script/resumable.js") as script:
        assert script.status_code == 200
        script.get_data()

    assert len(script.data) < 8_000
    for word in (b"eval", b"innerHTML", b".style", b"Function("):
        assert word not in script.data


def test_a_decision_who_may_send_cannot_be_forgotten(cinema):
    with pytest.raises(TypeError, match="allow"):
        ResumableUploads("other", cinema.Film.video)
