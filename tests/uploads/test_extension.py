"""`Uploads` is installed on any app, and its errors are answers."""

import io

import pytest
from flask import Flask, request

from carboy.db import SQLAlchemy
from carboy.tasks import Tasks
from carboy.uploads import Document, Image, StorageFullError, Uploads, UploadsSettings
from carboy.uploads.extension import sweep_uploads
from carboy.uploads.storages import LocalStorage, MemoryStorage

from .conftest import make_file, make_image


def test_the_storage_is_memory_in_tests_and_a_folder_otherwise(tmp_path):
    uploads = Uploads()
    app = Flask("shop", instance_path=str(tmp_path))
    uploads.init_app(app)
    with app.app_context():
        assert isinstance(uploads.storage, LocalStorage)
        assert uploads.storage.folder == tmp_path / "uploads"

    app = Flask("shop")
    app.testing = True
    Uploads().init_app(app)
    with app.app_context():
        assert isinstance(uploads.storage, MemoryStorage)


def test_a_file_is_checked_without_a_column(shop):
    file = shop.uploads.accept(make_file(make_image(), "a.png"), Image)

    assert (file.width, file.kind.name) == (40, "png")
    assert shop.list_files() == []


@pytest.fixture
def client(shop):
    @shop.app.post("/letters")
    def post():
        user = shop.User(name="ann", letter=request.files["letter"])
        shop.db.session.add(user)
        shop.db.session.commit()
        return user.letter.url(external=True)

    return shop.app.test_client()


def post(client, data, name="a.txt"):
    return client.post("/letters", data={"letter": (io.BytesIO(data), name)})


@pytest.mark.parametrize(
    ("data", "status", "text"),
    [
        (b"", 422, "This file is empty"),
        (b"<svg/>", 415, "This type of file is not accepted"),
        (b"MZ" + bytes(50), 415, "This type of file is not accepted"),
    ],
)
def test_a_refused_file_is_an_answer_with_its_status(client, data, status, text):
    answer = post(client, data)

    assert answer.status_code == status
    assert text in answer.text


def test_a_full_disk_is_an_answer_and_leaves_no_row(shop, client, monkeypatch):
    def full(*_args, **_options):
        raise StorageFullError("The file 'x' cannot be stored: No space left.")

    monkeypatch.setattr(LocalStorage, "write", full)

    answer = post(client, b"hello")

    assert answer.status_code == 507
    assert "No space" not in answer.text
    shop.db.session.rollback()
    assert shop.db.session.scalars(shop.db.select(shop.User)).all() == []


def test_an_external_link_has_the_host(client):
    url = post(client, b"hello").text

    assert url.startswith("http://localhost/uploads/user.letter/")
    with client.get(url) as answer:
        assert answer.data == b"hello"


def test_a_link_outside_of_a_request_needs_the_host(shop):
    user = shop.User(name="ann", letter=make_file(b"x", "a.txt"))
    shop.app.config["APPLICATION_ROOT"] = "/shop"

    assert user.letter.url().startswith("/shop/uploads/user.letter/")
    with pytest.raises(Exception, match="SERVER_NAME is not set"):
        user.letter.url(external=True)
    shop.app.config["SERVER_NAME"] = "shop.example.com"
    url = user.letter.url(external=True)
    assert url.startswith("http://shop.example.com/shop/uploads/")


def test_files_are_served_below_another_path(make_shop):
    shop = make_shop(UPLOADS_URL="/media/")
    with shop.app.app_context():
        user = shop.User(name="ann", letter=make_file(b"x", "a.txt"))
        shop.db.session.add(user)
        shop.db.session.commit()

        with shop.app.test_client().get(user.letter.url()) as answer:
            assert answer.data == b"x"
            assert user.letter.url().startswith("/media/user.letter/")


def test_a_task_sweeps(tmp_path):
    app = Flask("shop", instance_path=str(tmp_path))
    app.testing = True
    app.config["DATABASE_URL"] = f"sqlite:///{tmp_path}/shop.sqlite"
    db, tasks, uploads = SQLAlchemy(), Tasks(), Uploads()
    db.init_app(app)
    tasks.init_app(app)
    uploads.init_app(app)

    with app.app_context():
        assert sweep_uploads() == 0
    assert "carboy.uploads.sweep" in str(vars(tasks))


def test_a_quota_is_asked_for_each_file(shop):
    left = [10]
    rules = {"quota": lambda: left[0]}
    shop.uploads.accept(make_file(b"x" * 10), Document, **rules)

    left[0] = 9

    with pytest.raises(Exception, match="There is not enough space for this file: 9 B"):
        shop.uploads.accept(make_file(b"x" * 10), Document, **rules)


def test_the_largest_file_without_a_rule_is_a_setting(shop):
    state = shop.app.extensions["carboy_uploads"]

    assert state.intake.max_size == 10 * 1024 * 1024
    assert UploadsSettings().url == "/uploads"
