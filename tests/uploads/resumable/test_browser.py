"""In a real browser: bar, pause, retry, continuation, and the plain field."""

import pytest
from flask import request
from werkzeug.exceptions import ServiceUnavailable

from tests.ui.serving import serve
from tests.uploads.conftest import make_image
from tests.uploads.resumable.conftest import make_bytes

MB = 1024 * 1024
PAGE = (
    '<!doctype html><html lang="en"><title>Films</title>'
    '<form method="post" enctype="multipart/form-data">'
    "<label>Video {}</label><button>Save</button></form>"
)


@pytest.fixture
def site(make_cinema):
    """A cinema with a page; `site.down` makes it refuse parts."""
    cinema = make_cinema()
    cinema.down = False
    cinema.seen = []

    @cinema.app.before_request
    def note():
        if request.path.startswith("/videos/") and "script" not in request.path:
            cinema.seen.append(request.method)
            if cinema.down and request.method == "PATCH":
                # What is not read would break the connection.
                request.get_data()
                raise ServiceUnavailable

    @cinema.app.after_request
    def forbid(response):
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    @cinema.app.route("/", methods=["GET", "POST"])
    def home():
        if request.method == "POST":
            film = cinema.Film(video=cinema.videos.find("video"))
            cinema.db.session.add(film)
            cinema.db.session.commit()
            return f"<p id=saved>{film.video.name} {film.video.digest}"
        return PAGE.format(cinema.videos.field("video"))

    return cinema


def test_a_file_is_sent_paused_and_continued(site, browser, tmp_path):
    data = make_bytes(20 * MB)
    path = tmp_path / "我的影片.mp4"
    path.write_bytes(data)
    with serve(site.app) as url:
        site.down = True
        browser.goto(url)
        browser.upload("input[type=file]", path)
        browser.wait_for_text("The connection is interrupted.", ".resumable", 60)
        browser.click(".resumable button")
        assert browser.text(".resumable button") == "Continue"
        site.down = False
        browser.click(".resumable button")
        browser.wait_for("input[type=hidden]", 60)
        assert browser.text("[role=status]") == "The file has arrived."
        browser.click("form > button")
        browser.wait_for("#saved", 60)

        with site.app.app_context():
            film = site.db.session.get(site.Film, 1)
            assert film.video.read() == data
            assert film.video.name == "我的影片.mp4"
        assert browser.csp_violations == []
        assert site.seen.count("POST") == 2


def test_a_page_that_was_left_continues_with_the_same_file(site, browser, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(make_bytes(9 * MB))
    with serve(site.app) as url:
        browser.goto(url)
        site.down = True
        browser.upload("input[type=file]", path)
        browser.wait_for_text("The connection is interrupted.", ".resumable", 60)
        site.down = False
        browser.goto(url)
        browser.upload("input[type=file]", path)
        # The form waits for the rest of the file.
        browser.click("form > button")
        browser.wait_for("#saved", 60)

        # One beginning and one token.
        assert site.seen.count("POST") == 2
        assert site.seen.count("HEAD") >= 1


def test_a_cancelled_file_leaves_nothing(site, browser, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(make_bytes(MB))
    with serve(site.app) as url:
        site.down = True
        browser.goto(url)
        browser.upload("input[type=file]", path)
        browser.wait_for_text("The connection is interrupted.", ".resumable", 60)
        browser.click(".resumable button:nth-of-type(2)")
        browser.wait_until(lambda: "DELETE" in site.seen, "no DELETE", 60)

        assert not browser.has(".resumable")
        assert browser.value("input[type=file]") == ""
    with site.app.app_context():
        assert list(site.uploads.storage.list_files()) == []


def test_without_javascript_the_plain_field_works(site, browser, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(make_image())
    with serve(site.app) as url:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
        try:
            browser.goto(url)
            browser.upload("input[type=file]", path)
            browser.click("form > button")
            browser.wait_for("#saved", 60)
        finally:
            browser.devtools("Emulation.setScriptExecutionDisabled", value=False)

    assert "PATCH" not in site.seen
