"""Sites with uploads, and files to send to them."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image as PillowImage
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from carboy.db import SQLAlchemy
from carboy.uploads import Attached, Document, Image, Uploads, attachment
from tests.uploads.storages.conftest import fake_s3, place, storage

__all__ = ["fake_s3", "place", "storage"]


def make_image(kind="png", size=(40, 30), color="red", **saving):
    """Return the bytes of an image of one colour."""
    target = io.BytesIO()
    PillowImage.new("RGB", size, color).save(target, kind, **saving)
    return target.getvalue()


def make_file(data, name="a.txt"):
    return FileStorage(io.BytesIO(data), name)


class Shop:
    """An app with a database of users, who have an avatar and a letter."""

    def __init__(self, folder: Any, url: str, **config: object) -> None:
        self.db = db = SQLAlchemy()
        self.uploads = Uploads()

        class User(db.Model):
            id: Mapped[int] = mapped_column(primary_key=True)
            name: Mapped[str] = mapped_column(String(50), unique=True)
            avatar: Attached[Image | None] = attachment(
                Image, max_size="100 kB", variants={"small": (16, 16)}
            )
            letter: Attached[Document | None] = attachment(Document, private=True)

        self.User = User
        self.app = app = Flask("shop", instance_path=str(folder))
        app.testing = True
        app.config.update({
            "SECRET_KEY": "k" * 32,
            "DATABASE_URL": url,
            "UPLOADS_STORAGE": "local:uploads",
            **config,
        })
        db.init_app(app)
        self.uploads.init_app(app)
        self.folder = folder / "uploads"
        with app.app_context():
            db.create_all()

    def list_files(self):
        """Return the keys of all stored files; half-written ones begin with a dot."""
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file()
        )


MakeShop = Callable[..., Shop]


@pytest.fixture
def make_shop(tmp_path):
    def make(url=None, **config):
        return Shop(tmp_path, url or f"sqlite:///{tmp_path}/shop.sqlite", **config)

    return make


@pytest.fixture
def shop(make_shop):
    shop = make_shop()
    with shop.app.app_context():
        yield shop
