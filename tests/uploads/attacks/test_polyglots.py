"""Nothing that is in a file runs in a browser, however a page includes the file.

The pages here have no policy of their own, as a page of an old site has none: what
protects is how the files are sent.
"""

import io

import pytest
from flask import Flask, Response, request
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.uploads import Attached, AttachedFile, Uploads, attachment
from tests.ui.serving import serve
from tests.uploads.conftest import make_file

from .shapes import image, pdf, png_with_text, zipped

# Says which file ran, from a page, a frame, a worker or an image.
RUN = "fetch('/ran?%s')"


def make_files():
    """Return the name and the content of each file."""

    def script(name):
        return (RUN % name).encode()

    def page(name):
        return b"<script>" + script(name) + b"</script>"

    archive = zipped([("index.html", page("zip"))])
    action = b"<< /OpenAction << /S /JavaScript /JS (%s) >> >>" % script("pdf")
    return {
        "page.html": b"<!doctype html><html>" + page("html"),
        "image.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"%s\"/>"
        % script("svg"),
        "gif.js": b"GIF89a/*" + bytes(30) + b"*/=1;" + script("gif"),
        "code.js": script("js"),
        "module.mjs": script("mjs"),
        "style.css": b"body{background:url('/ran?css')}",
        "document.pdf": pdf(action) + archive,
        "archive.zip": archive,
        "comment.png": png_with_text(page("png")),
        "tail.png": image("png") + page("tail"),
        "feed.xml": b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'>"
        + page("xml")
        + b"</x>",
        "mail.mht": b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + page("mht"),
        "video.mp4": b"\0\0\0\x18ftypisom" + page("mp4"),
        "text.txt": b"hello\n" + page("txt"),
        "clip.swf": b"FWS\x09" + page("swf"),
    }


@pytest.fixture
def site(tmp_path):
    """A site that takes every file, and includes each of them in every way."""
    app = Flask("shop", instance_path=str(tmp_path))
    app.config |= {
        "SECRET_KEY": "k" * 32,
        "DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite",
        "UPLOADS_STORAGE": "local:uploads",
    }
    db = SQLAlchemy()

    class Paper(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        file: Attached[AttachedFile | None] = attachment()

    db.init_app(app)
    Uploads().init_app(app)
    with app.app_context():
        db.create_all()
        for name, data in make_files().items():
            db.session.add(Paper(file=make_file(data, name)))
        db.session.commit()
    app.ran = []

    @app.get("/ran")
    def note():
        app.ran.append(request.query_string.decode())
        return ""

    @app.get("/control.js")
    def control():
        return Response(RUN % "control", mimetype="text/javascript")

    @app.get("/")
    def home():
        papers = db.session.scalars(db.select(Paper)).all()
        links = [paper.file.url() for paper in papers]
        assert len(links) == len(make_files())
        return "<!doctype html><title>home</title>" + "".join(
            f"<script src='{link}'></script><script type=module src='{link}'></script>"
            f"<link rel=stylesheet href='{link}'><img src='{link}'>"
            f"<iframe src='{link}'></iframe><object data='{link}'></object>"
            f"<embed src='{link}'><video src='{link}'></video>"
            f"<a href='{link}'>file</a>"
            for link in [*links, "/control.js"]
        )

    return app


WORKERS = """
const done = arguments[0];
const links = [...document.querySelectorAll("a")].map((a) => a.href);
const wait = (ms) => new Promise((end) => setTimeout(end, ms));
(async () => {
  for (const link of links) {
    for (const options of [{}, { type: "module" }]) {
      try { new Worker(link, options); } catch {}
    }
    await navigator.serviceWorker.register(link).catch(() => {});
    await import(link).catch(() => {});
  }
  await wait(300);
  done(links);
})();
"""


# A browser stops in the middle of a video, whose file the test server leaves open.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_nothing_in_a_file_runs(site, browser):
    with serve(site) as url:
        browser.goto(url)
        links = browser.run_until_done(WORKERS)
        for link in links[:-1]:
            browser.goto(link)
        browser.goto(url)

        # The file of the site itself shows that all of this would run.
        assert site.ran.count("control") >= 4
        assert set(site.ran) == {"control"}


def test_each_file_is_there_to_be_saved(site):
    """Else the test above would be about nothing."""
    client = site.test_client()
    for line in client.get("/").text.split("<a href='")[1:-1]:
        link = line.partition("'")[0].replace("&amp;", "&")
        with client.get(link) as answer:
            assert answer.status_code == 200
            assert io.BytesIO(answer.data).read(1)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].endswith("sandbox")
            is_video = answer.content_type == "video/mp4"
            words = "inline" if is_video else "attachment"
            assert answer.headers["Content-Disposition"].startswith(words)
