"""If this passes, files are handed on by name, and only when that is safe."""

import io
import tempfile
from pathlib import Path

import pytest
from werkzeug.wsgi import _RangeWrapper

from carboy.server.http.sendfile import FileRange, FileWrapper, find_file_range


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(bytes(range(256)) * 4000)
    return path


def test_a_file_is_sent_from_where_it_stands(path):
    with path.open("rb") as file:
        file.seek(10)

        assert find_file_range(FileWrapper(file)) == FileRange(str(path), 10, 1_024_000)


def test_a_range_of_werkzeug_is_understood(path):
    with path.open("rb") as file:
        body = _RangeWrapper(FileWrapper(file), 100, 50)

        assert find_file_range(body) == FileRange(str(path), 100, 150)


def test_what_cannot_be_opened_again_is_read_by_the_view(path):
    with (
        tempfile.NamedTemporaryFile() as temporary,
        tempfile.TemporaryFile() as nameless,
    ):
        for file in (temporary, nameless, io.BytesIO(b"x")):
            assert find_file_range(FileWrapper(file)) is None
    with path.open("rb") as file:
        path.unlink()
        assert find_file_range(FileWrapper(file)) is None
        path.write_bytes(b"another file of this name")
        assert find_file_range(FileWrapper(file)) is None
    assert find_file_range([b"x"]) is None


def test_a_wrapper_is_an_iterator_that_closes(path):
    wrapper = FileWrapper(path.open("rb"))

    assert b"".join(wrapper) == path.read_bytes()
    assert wrapper.seekable()
    wrapper.seek(5)
    assert wrapper.tell() == 5
    wrapper.close()
    assert wrapper.file.closed


def test_send_file_works_as_documented(serve, path):
    running = serve(env={"SITE_FILE": str(path)})

    whole = running.get("/file")
    part = running.get("/file", "Range: bytes=1000-1999")
    tail = running.get("/file", "Range: bytes=-5")
    beyond = running.get("/file", "Range: bytes=9999999-")
    same = running.get("/file", f"If-None-Match: {whole['etag']}")
    head = running.get("/file", method="HEAD")

    data = path.read_bytes()
    assert (whole.status, whole.body) == (200, data)
    assert (part.status, part.body) == (206, data[1000:2000])
    assert part["content-range"] == "bytes 1000-1999/1024000"
    assert (tail.status, tail.body) == (206, data[-5:])
    assert beyond.status == 416
    assert (same.status, same.body) == (304, b"")
    assert head["content-length"] == "1024000"


@pytest.mark.parametrize("header", ["X-A: 1", "Range: bytes=5-9"])
def test_the_length_of_a_file_stays_where_the_app_put_it(serve, path, header):
    running = serve(env={"SITE_FILE": str(path)})

    names = [name for name, _ in running.get("/file", header).headers]

    assert names.count("content-length") == 1
    assert names.index("content-length") < names.index("last-modified")


def test_sent_files_are_closed(serve, path):
    running = serve(env={"SITE_FILE": str(path)})
    for _ in range(20):
        running.get("/file")
    [worker] = running.list_workers()

    opened = [each.resolve() for each in Path(f"/proc/{worker}/fd").iterdir()]

    assert opened.count(path) <= 1
