"""In a real browser: a file goes straight to S3, is cancelled, replaced and refused."""

import threading

import pytest
from flask import request

from carboy.uploads.direct import DirectUploads
from tests.ui.serving import serve
from tests.uploads.conftest import make_image
from tests.uploads.resumable.conftest import fake_s3, make_cinema

__all__ = ["fake_s3", "make_cinema"]

FIELD = "input[type=file]"
BOX = ".upload-sending"
PAGE = (
    '<!doctype html><html lang="en"><title>Films</title>'
    '<form method="post" enctype="multipart/form-data">'
    '<label for="poster">Poster</label>{}<button id="save">Save</button></form>'
)


@pytest.fixture
def go_on(fake_s3):
    """S3 answers forms while this is set."""
    event = threading.Event()

    def wait(handler):
        kind = handler.headers.get("Content-Type", "")
        if kind.startswith("multipart/form-data"):
            event.wait(60)
        return False

    fake_s3.faults.append(wait)
    yield event
    event.set()


@pytest.fixture
def site(make_cinema, fake_s3):
    cinema = make_cinema(fake_s3.url)
    direct = DirectUploads("direct", cinema.Film.poster, allow=lambda: True)
    cinema.app.register_blueprint(direct, url_prefix="/direct")

    @cinema.app.after_request
    def forbid(response):
        bucket = f"http://127.0.0.1:{fake_s3.port}"
        policy = f"default-src 'self'; connect-src 'self' {bucket}"
        response.headers["Content-Security-Policy"] = policy
        return response

    @cinema.app.route("/", methods=["GET", "POST"])
    def home():
        if request.method == "POST":
            film = cinema.Film(poster=direct.find("poster"))
            cinema.db.session.add(film)
            cinema.db.session.commit()
            return f"<p id=saved>{film.poster.name}"
        return PAGE.format(direct.field("poster", id="poster"))

    return cinema


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "我的头像.png"
    path.write_bytes(make_image())
    return path


def test_a_file_is_cancelled_chosen_again_and_saved(
    site, browser, picture, go_on, fake_s3
):
    with serve(site.app) as url:
        browser.goto(url)
        browser.upload(FIELD, picture)
        assert browser.text(f"{BOX} button") == "Cancel"
        browser.click(f"{BOX} button")
        assert not browser.has(BOX)
        assert browser.value(FIELD) == ""

        go_on.set()
        browser.upload(FIELD, picture)
        # The form waits for the file.
        browser.click("#save")
        browser.wait_for("#saved", 60)

        assert browser.text("#saved") == picture.name
        assert browser.csp_violations == []
    assert [key for key in fake_s3.objects if "film.poster" in key]


def test_an_arrived_file_is_removed_and_a_refused_one_says_why(
    site, browser, picture, go_on, tmp_path
):
    go_on.set()
    page = tmp_path / "page.png"
    page.write_bytes(b"<script>alert(1)</script>")
    large = tmp_path / "large.png"
    large.write_bytes(bytes(1_100_000))
    with serve(site.app) as url:
        browser.goto(url)
        browser.upload(FIELD, picture)
        browser.wait_for_text("The file has arrived.", BOX, 60)
        assert browser.has("input[type=hidden]")
        browser.click(f"{BOX} button")
        assert not browser.has("input[type=hidden]")

        browser.upload(FIELD, page)
        browser.wait_for_text("This type of file is not accepted.", BOX, 60)
        browser.click(f"{BOX} button")
        browser.upload(FIELD, large)
        browser.wait_for_text("This file is too large.", BOX, 60)
        assert not browser.has("input[type=hidden]")
