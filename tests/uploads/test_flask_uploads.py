"""Code that was written for Flask-Uploads and Flask-Reuploaded works, and is safer."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, request
from werkzeug.datastructures import FileStorage

from carboy.errors import ConfigError
from carboy.uploads.flask_uploads import (
    ALL,
    DOCUMENTS,
    EXECUTABLES,
    IMAGES,
    SCRIPTS,
    AllExcept,
    TestingFileStorage,
    UploadNotAllowed,
    UploadSet,
    addslash,
    configure_uploads,
    extension,
    lowercase_ext,
    patch_request_class,
)
from carboy.uploads.serving import POLICY

from .conftest import make_file, make_image


@pytest.fixture
def app(tmp_path):
    app = Flask("shop", root_path=str(tmp_path))
    app.config["UPLOADS_DEFAULT_DEST"] = "files"
    with app.test_request_context():
        yield app


@pytest.fixture
def photos(app):
    photos = UploadSet("photos", IMAGES)
    configure_uploads(app, photos)
    return photos


@pytest.fixture
def files(app):
    files = UploadSet("files", ALL)
    configure_uploads(app, (files,))
    return files


def test_the_sample_of_its_documentation_works(app, photos):
    @app.route("/upload", methods=["GET", "POST"])
    def upload():
        if request.method == "POST" and "photo" in request.files:
            filename = photos.save(request.files["photo"])
            return photos.url(filename)
        return "form"

    client = app.test_client()
    data = {"photo": (io.BytesIO(make_image("jpeg")), "My Photo.JPG")}

    url = client.post("/upload", data=data).text

    assert url == "http://localhost/_uploads/photos/My_Photo.jpg"
    with client.get(url) as answer:
        assert answer.data == make_image("jpeg")
        assert answer.content_type == "image/jpeg"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_name_in_chinese_is_kept(photos):
    assert photos.save(make_file(make_image(), "头像.PNG")) == "头像.png"


def test_a_name_that_exists_gets_a_number(files):
    names = [files.save(make_file(b"%d" % n, "a.txt")) for n in range(3)]

    assert names == ["a.txt", "a_1.txt", "a_2.txt"]


def test_files_saved_at_once_have_names_of_their_own(app, files):
    def save(number):
        with app.app_context():
            return files.save(make_file(b"%d" % number, "a.txt"))

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(save, range(20)))

    assert len(set(names)) == 20


@pytest.mark.parametrize(
    ("folder", "name", "saved"),
    [
        (None, "b.txt", "b.txt"),
        (None, "b.", "b.txt"),
        ("in", "b.", "in/b.txt"),
        (None, "in/b.", "in/b.txt"),
        ("in", None, "in/a.txt"),
    ],
)
def test_a_file_is_saved_under_another_name(files, folder, name, saved):
    assert files.save(make_file(b"x", "a.txt"), folder, name) == saved
    assert files.path(saved).endswith(f"/files/files/{saved}")


@pytest.mark.parametrize("folder", ["..", "../x", "/etc", "a/../../b", "a/../.."])
def test_a_folder_outside_is_refused(files, folder, tmp_path):
    with pytest.raises(UploadNotAllowed):
        files.save(make_file(b"x", "a.txt"), folder)
    with pytest.raises(UploadNotAllowed):
        files.path("a.txt", folder)
    assert list(tmp_path.rglob("a*.txt")) == []


@pytest.mark.parametrize("name", ["../../a.txt", "/etc/a.txt", "..\\a.txt", ".a.txt"])
def test_a_name_with_a_path_is_only_a_name(files, name):
    assert files.save(make_file(b"x", name)) == "a.txt"


def test_other_extensions_are_not_allowed(photos):
    for name in ("a.txt", "a", "a.php", "a.jpg.php", ""):
        with pytest.raises(UploadNotAllowed):
            photos.save(make_file(make_image(), name))


@pytest.mark.parametrize(
    "data", [b"<script>", b"GIF89a;x", b"%PDF-1", b"", make_image("gif")]
)
def test_a_content_that_is_not_that_of_its_name_is_not_allowed(photos, data):
    with pytest.raises(UploadNotAllowed):
        photos.save(make_file(data, "a.png"))


def test_a_new_name_cannot_be_of_another_type(photos):
    with pytest.raises(UploadNotAllowed, match=r"The name 'a.php'"):
        photos.save(make_file(make_image(), "a.png"), name="a.php")


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.txt", "a.js", "a.pdf", "a"])
def test_what_browsers_could_run_is_saved_by_them(app, files, name):
    data = b"%PDF-1.7 <svg onload=alert(1)>" if name == "a.pdf" else b"<svg/>"
    url = files.url(files.save(make_file(data, name)))

    with app.test_client().get(url) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"] == POLICY


def test_nothing_outside_of_a_set_is_served(app, files, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    client = app.test_client()

    for path in ("../../secret.txt", "%2e%2e/%2e%2e/secret.txt", "..%2fsecret.txt"):
        assert client.get(f"/_uploads/files/{path}").status_code == 404
    assert client.get("/_uploads/other/a.txt").status_code == 404


def test_a_set_has_settings_of_its_own(app, tmp_path):
    app.config.update(
        UPLOADED_PAPERS_DEST=str(tmp_path / "papers"),
        UPLOADED_PAPERS_URL="https://files.example.com/papers/",
        UPLOADED_PAPERS_ALLOW=("md",),
        UPLOADED_PAPERS_DENY=("doc",),
    )
    papers = UploadSet("papers", DOCUMENTS)
    configure_uploads(app, papers)

    assert papers.save(make_file(b"x", "a.md")) == "a.md"
    assert papers.url("in/a b.md") == "https://files.example.com/papers/in/a%20b.md"
    assert papers.extension_allowed("pdf")
    assert not papers.extension_allowed("doc")
    assert app.test_client().get("/_uploads/papers/a.md").status_code == 404


def test_a_default_url_and_a_function_for_the_folder(app, tmp_path):
    app.config["UPLOADS_DEFAULT_URL"] = "https://files.example.com"
    one = UploadSet("one")
    two = UploadSet("two", default_dest=lambda app: str(tmp_path / "two"))
    configure_uploads(app, [one, two])

    assert one.url("a.txt") == "https://files.example.com/one/a.txt"
    assert two.config.destination == str(tmp_path / "two")


def test_errors_name_the_way_out(app):
    app.config["UPLOADS_DEFAULT_DEST"] = None

    with pytest.raises(ConfigError, match=r"Set UPLOADED_PHOTOS_DEST or UPLOADS_DEFA"):
        configure_uploads(app, UploadSet("photos"))
    with pytest.raises(ConfigError, match=r"is not configured. Call configure_uploads"):
        UploadSet("other").path("a")
    with pytest.raises(ConfigError, match="letters and digits only, got 'a-b'"):
        UploadSet("a-b")
    with pytest.raises(TypeError, match=r"needs a file of request.files, got str"):
        UploadSet("x").save("a.txt")


def test_all_but_some_are_allowed():
    allowed = AllExcept(SCRIPTS + EXECUTABLES)

    assert "txt" in allowed
    assert "php" not in allowed
    assert "anything" in ALL


def test_requests_are_limited(app):
    patch_request_class(app)
    assert app.config["MAX_CONTENT_LENGTH"] == 64 * 1024 * 1024

    patch_request_class(app, 100)
    patch_request_class(app, 200)
    patch_request_class(app, None)

    assert app.config["MAX_CONTENT_LENGTH"] == 100


def test_a_failed_save_leaves_nothing(app, files, monkeypatch):
    def full(_file):
        raise OSError("No space left on device")

    monkeypatch.setattr("carboy.uploads.upload_sets.sync_file", full)

    with pytest.raises(OSError, match="No space"):
        files.save(make_file(b"x", "a.txt"))

    folder = files.config.destination
    assert [each.name for each in __import__("pathlib").Path(folder).iterdir()] == []


def test_the_small_functions():
    assert extension("a.tar.GZ") == "gz"
    assert lowercase_ext("A.JPG") == "A.jpg"
    assert addslash("/files") == addslash("/files/") == "/files/"
    storage = TestingFileStorage(filename="a.txt")
    storage.save("/x/a.txt")
    assert isinstance(storage, FileStorage)
    assert storage.saved == "/x/a.txt"
