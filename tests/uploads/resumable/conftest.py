"""A site that takes large files, and every storage below it."""

import hashlib
from base64 import b64encode
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.uploads import Attached, AttachedFile, Image, Uploads, attachment
from carboy.uploads.resumable import ResumableUploads
from tests.uploads.storages.conftest import fake_s3, place, storage

__all__ = ["fake_s3", "place", "storage"]

TUS = {"Tus-Resumable": "1.0.0"}
BODY = {"Content-Type": "application/offset+octet-stream"}


class Cinema:
    """An app with films, and a client of the protocol."""

    def __init__(self, folder: Path, storage_url: str) -> None:
        self.db = db = SQLAlchemy()
        self.uploads = Uploads()
        self.is_allowed = True

        class Film(db.Model):
            id: Mapped[int] = mapped_column(primary_key=True)
            video: Attached[AttachedFile | None] = attachment(max_size="30 MB")
            poster: Attached[Image | None] = attachment(Image, max_size="1 MB")

        self.Film = Film
        self.app = app = Flask("cinema", instance_path=str(folder))
        app.testing = True
        app.config.update(
            SECRET_KEY="k" * 32,
            DATABASE_URL=f"sqlite:///{folder}/cinema.sqlite",
            UPLOADS_STORAGE=storage_url,
        )
        db.init_app(app)
        self.uploads.init_app(app)
        self.videos = ResumableUploads(
            "videos", Film.video, allow=lambda: self.is_allowed
        )
        self.posters = ResumableUploads("posters", Film.poster, allow=lambda: True)
        app.register_blueprint(self.videos, url_prefix="/videos")
        app.register_blueprint(self.posters, url_prefix="/posters")
        with app.app_context():
            db.create_all()
        self.client = app.test_client()

    def begin(self, length, name="film.mp4", to="/videos/"):
        metadata = f"filename {b64encode(name.encode()).decode()}"
        headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata}
        return self.client.post(to, headers=headers)

    def patch(self, url, offset, data, **headers):
        head = {**TUS, **BODY, "Upload-Offset": str(offset), **headers}
        return self.client.patch(url, data=data, headers=head)

    def head(self, url):
        return self.client.head(url, headers=TUS)

    def send(self, data, name="film.mp4", to="/videos/"):
        """Send a whole file; return its id."""
        url = self.begin(len(data), name, to).headers["Location"]
        if data:
            assert self.patch(url, 0, data).status_code == 204
        return url.rpartition("/")[2]


def make_bytes(size):
    return hashlib.shake_256(b"film").digest(size)


@pytest.fixture
def make_cinema(tmp_path):
    return lambda url="local:uploads": Cinema(tmp_path, url)


@pytest.fixture
def cinema(make_cinema):
    cinema = make_cinema()
    with cinema.app.app_context():
        yield cinema
