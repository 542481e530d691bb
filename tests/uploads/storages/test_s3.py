"""S3 may fail, hang, lose answers and be slow: files stay whole, secrets hidden."""

import http.client
import os
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from carboy.uploads.errors import (
    FileMissingError,
    KeyExistsError,
    StorageError,
)
from carboy.uploads.storages import open_storage
from tests.uploads.storages.fake_s3_checks import SECRET

MB = 1024 * 1024


def read(s3_storage, key):
    return b"".join(s3_storage.read(key))


def get(url):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_an_answer_that_is_lost_is_no_lost_file(fake_s3, s3_storage):
    def lose(handler):
        if handler.command == "PUT":
            fake_s3.faults.clear()
            handler.reply = lambda *args: None
            handler.route()
            handler.close_connection = True
            return True
        return False

    fake_s3.faults.append(lose)
    s3_storage.write("a", [b"data"], replace=False)

    assert read(s3_storage, "a") == b"data"
    with pytest.raises(KeyExistsError):
        s3_storage.write("a", [b"other"], replace=False)


def test_a_file_that_breaks_off_is_read_to_its_end(fake_s3, s3_storage):
    data = os.urandom(MB)
    s3_storage.write("a", [data])

    def cut(handler):
        if handler.command == "GET":
            fake_s3.faults.clear()
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(data)))
            handler.send_header("ETag", fake_s3.objects["site/a"]["etag"])
            handler.end_headers()
            handler.wfile.write(data[: MB // 2])
            handler.close_connection = True
            return True
        return False

    fake_s3.faults.append(cut)

    assert read(s3_storage, "a") == data


def test_a_file_that_changes_while_it_is_read_is_an_error(fake_s3, s3_storage):
    s3_storage.write("a", [b"new"])

    def cut(handler):
        if handler.command == "GET":
            fake_s3.faults.clear()
            handler.send_response(200)
            handler.send_header("Content-Length", "100")
            handler.send_header("ETag", '"other"')
            handler.end_headers()
            handler.close_connection = True
            return True
        return False

    fake_s3.faults.append(cut)

    with pytest.raises(StorageError):
        read(s3_storage, "a")


@pytest.mark.parametrize("size", [8 * MB, 8 * MB + 1, 17 * MB])
def test_a_large_file_goes_in_parts(fake_s3, s3_storage, size):
    data = os.urandom(MB) * (size // MB + 1)

    def chunks():
        for start in range(0, size, 100_003):
            yield data[start : min(start + 100_003, size)]

    stored = s3_storage.write("a", chunks(), content_type="video/mp4")

    assert (stored.size, stored.content_type) == (size, "video/mp4")
    assert read(s3_storage, "a") == data[:size]
    assert fake_s3.uploads == {}


def test_parts_of_a_large_file_are_aborted_if_it_breaks_off(fake_s3, s3_storage):
    def broken():
        yield b"x" * 20 * MB
        raise ConnectionError

    with pytest.raises(ConnectionError):
        s3_storage.write("a", broken())

    assert fake_s3.uploads == {}
    assert s3_storage.stat("a") is None


def test_a_large_file_replaces_none_that_came_meanwhile(fake_s3, s3_storage):
    def chunks():
        yield b"x" * 17 * MB
        s3_storage.write("a", [b"first"])

    with pytest.raises(KeyExistsError):
        s3_storage.write("a", chunks(), replace=False)

    assert read(s3_storage, "a") == b"first"
    assert fake_s3.uploads == {}


def test_a_file_above_the_limit_of_copies_is_moved_in_parts(s3_storage, monkeypatch):
    monkeypatch.setattr("carboy.uploads.storages.s3._MAX_COPY", 6 * MB)
    monkeypatch.setattr("carboy.uploads.storages.s3._COPY_PART", 5 * MB)
    data = os.urandom(7 * MB)
    s3_storage.write("a", [data], content_type="video/mp4")

    moved = s3_storage.move("a", "b")

    assert read(s3_storage, "b") == data
    assert moved.content_type == "video/mp4"
    assert s3_storage.stat("a") is None


def test_lists_have_many_pages(s3_storage):
    keys = {f"a/{number}" for number in range(8)}
    for key in keys:
        s3_storage.write(key, [b"x"])
    writers = [s3_storage.begin(f"b/{number}") for number in range(8)]
    writer = s3_storage.begin("c")
    for number in range(1, 6):
        writer.add(number, b"x" * 10)

    assert {stored.key for stored in s3_storage.list_files("a/")} == keys
    assert [part.number for part in writer.parts] == [1, 2, 3, 4, 5]
    assert s3_storage.remove_unfinished(older_than=3600) == 0
    assert s3_storage.remove_unfinished(older_than=0) == len(writers) + 1
    assert s3_storage.remove_unfinished(older_than=0) == 0


def test_a_signed_url_gives_the_file_under_its_name(fake_s3, s3_storage):
    s3_storage.write("a", [b"data"], content_type="image/png")

    url = s3_storage.url("a", expires=60, filename="我的头像.png")
    response, body = get(url)

    assert (response.status, body) == (200, b"data")
    disposition = response.getheader("Content-Disposition")
    assert disposition.startswith("attachment; filename*=UTF-8''%E6%88%91")
    assert SECRET not in url
    assert get(url.replace("/a?", "/b?"))[0].status == 403
    assert get(s3_storage.url("a", expires=-1))[0].status == 403


def post(form, data, **changes):
    fields = {**form.fields, **changes}
    fields["file"] = FileStorage(BytesIO(data), filename="a.png")
    boundary, body = encode_multipart(fields)
    parts = urlsplit(form.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    connection.request("POST", parts.path, body, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def test_a_browser_can_post_one_file_and_no_other(s3_storage):
    form = s3_storage.make_post("a", max_size=10, expires=60, content_type="image/png")

    assert post(form, b"data") == 201
    assert read(s3_storage, "a") == b"data"
    assert s3_storage.stat("a").content_type == "image/png"
    assert post(form, b"x" * 11) == 400
    assert post(form, b"data", key="site/b") == 403
    assert post(form, b"data", **{"content-type": "text/html"}) == 403
    assert post(form, b"data", acl="public-read") == 403
    late = s3_storage.make_post("a", max_size=10, expires=-1)
    assert post(late, b"data") == 403


def test_files_outside_of_the_prefix_are_not_seen(fake_s3, s3_storage):
    other = open_storage(fake_s3.url.replace("/site?", "/other?"), Path())
    other.write("a", [b"data"])
    other.begin("b")

    assert s3_storage.stat("a") is None
    assert list(s3_storage.list_files()) == []
    assert s3_storage.remove_unfinished(older_than=0) == 0
    with pytest.raises(FileMissingError):
        s3_storage.read("a")
