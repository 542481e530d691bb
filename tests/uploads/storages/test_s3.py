"""S3 may fail, hang, lose answers and be slow: files stay whole, secrets hidden."""

import http.client
import os
import socket
import threading
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
    StorageFullError,
)
from carboy.uploads.storages import open_storage
from carboy.uploads.storages.s3 import S3Storage
from carboy.uploads.storages.s3_address import parse_address
from tests.uploads.storages.fake_s3_checks import SECRET

MB = 1024 * 1024


@pytest.fixture
def storage(fake_s3):
    address = parse_address(fake_s3.url.removeprefix("s3:"), {})
    return S3Storage(address, timeout=2, pause=lambda seconds: None)


def read(storage, key):
    return b"".join(storage.read(key))


def get(url):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_error_of_the_moment_is_tried_again(fake_s3, storage, status):
    fake_s3.fail_once(status, "SlowDown")

    storage.write("a", [b"data"])

    assert read(storage, "a") == b"data"


def test_an_error_that_comes_with_status_200_is_tried_again(fake_s3, storage):
    storage.write("a", [b"data"])

    def fail(handler):
        if "x-amz-copy-source" in handler.headers:
            fake_s3.faults.clear()
            handler.fail(200, "InternalError")
            return True
        return False

    fake_s3.faults.append(fail)
    storage.move("a", "b")

    assert read(storage, "b") == b"data"


def test_a_storage_that_stays_away_raises_after_few_attempts(fake_s3, storage):
    fake_s3.faults.append(lambda handler: handler.fail(503, "SlowDown") or True)

    with pytest.raises(StorageError, match="did not answer 4 times: SlowDown"):
        storage.write("a", [b"data"])

    assert len(fake_s3.requests) == 4


def test_a_storage_that_refuses_connections_raises(storage, fake_s3):
    fake_s3.close()

    with pytest.raises(StorageError, match="ConnectionRefusedError"):
        storage.stat("a")


def test_a_storage_that_is_silent_raises():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        address = f"//bucket?endpoint=http://127.0.0.1:{port}"
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": SECRET}
        silent = S3Storage(
            parse_address(address, keys), timeout=0.1, pause=lambda seconds: None
        )

        with pytest.raises(StorageError, match="TimeoutError"):
            silent.stat("a")


def test_an_answer_that_is_lost_is_no_lost_file(fake_s3, storage):
    def lose(handler):
        if handler.command == "PUT":
            fake_s3.faults.clear()
            handler.reply = lambda *args: None
            handler.route()
            handler.close_connection = True
            return True
        return False

    fake_s3.faults.append(lose)
    storage.write("a", [b"data"], replace=False)

    assert read(storage, "a") == b"data"
    with pytest.raises(KeyExistsError):
        storage.write("a", [b"other"], replace=False)


def test_a_lost_answer_to_the_end_of_the_parts_is_no_error(fake_s3, storage):
    writer = storage.begin("a")
    writer.add(1, b"x" * 100)

    def lose(handler):
        if handler.command == "POST":
            fake_s3.faults.clear()
            handler.reply = lambda *args: None
            handler.route()
            handler.close_connection = True
            return True
        return False

    fake_s3.faults.append(lose)

    assert writer.complete().size == 100


def test_a_file_that_breaks_off_is_read_to_its_end(fake_s3, storage):
    data = os.urandom(MB)
    storage.write("a", [data])

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

    assert read(storage, "a") == data


def test_a_file_that_changes_while_it_is_read_is_an_error(fake_s3, storage):
    storage.write("a", [b"new"])

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
        read(storage, "a")


@pytest.mark.parametrize("size", [8 * MB, 8 * MB + 1, 17 * MB])
def test_a_large_file_goes_in_parts(fake_s3, storage, size):
    data = os.urandom(MB) * (size // MB + 1)

    def chunks():
        for start in range(0, size, 100_003):
            yield data[start : min(start + 100_003, size)]

    stored = storage.write("a", chunks(), content_type="video/mp4")

    assert (stored.size, stored.content_type) == (size, "video/mp4")
    assert read(storage, "a") == data[:size]
    assert fake_s3.uploads == {}


def test_parts_of_a_large_file_are_aborted_if_it_breaks_off(fake_s3, storage):
    def broken():
        yield b"x" * 20 * MB
        raise ConnectionError

    with pytest.raises(ConnectionError):
        storage.write("a", broken())

    assert fake_s3.uploads == {}
    assert storage.stat("a") is None


def test_a_large_file_replaces_none_that_came_meanwhile(fake_s3, storage):
    def chunks():
        yield b"x" * 17 * MB
        storage.write("a", [b"first"])

    with pytest.raises(KeyExistsError):
        storage.write("a", chunks(), replace=False)

    assert read(storage, "a") == b"first"
    assert fake_s3.uploads == {}


def test_a_file_above_the_limit_of_copies_is_moved_in_parts(storage, monkeypatch):
    monkeypatch.setattr("carboy.uploads.storages.s3._MAX_COPY", 6 * MB)
    monkeypatch.setattr("carboy.uploads.storages.s3._COPY_PART", 5 * MB)
    data = os.urandom(7 * MB)
    storage.write("a", [data], content_type="video/mp4")

    moved = storage.move("a", "b")

    assert read(storage, "b") == data
    assert moved.content_type == "video/mp4"
    assert storage.stat("a") is None


def test_lists_have_many_pages(storage):
    keys = {f"a/{number}" for number in range(8)}
    for key in keys:
        storage.write(key, [b"x"])
    writers = [storage.begin(f"b/{number}") for number in range(8)]
    writer = storage.begin("c")
    for number in range(1, 6):
        writer.add(number, b"x" * 10)

    assert {stored.key for stored in storage.list_files("a/")} == keys
    assert [part.number for part in writer.parts] == [1, 2, 3, 4, 5]
    assert storage.remove_unfinished(older_than=3600) == 0
    assert storage.remove_unfinished(older_than=0) == len(writers) + 1
    assert storage.remove_unfinished(older_than=0) == 0


def test_a_signed_url_gives_the_file_under_its_name(fake_s3, storage):
    storage.write("a", [b"data"], content_type="image/png")

    url = storage.url("a", expires=60, filename="我的头像.png")
    response, body = get(url)

    assert (response.status, body) == (200, b"data")
    disposition = response.getheader("Content-Disposition")
    assert disposition.startswith("attachment; filename*=UTF-8''%E6%88%91")
    assert SECRET not in url
    assert get(url.replace("/a?", "/b?"))[0].status == 403
    assert get(storage.url("a", expires=-1))[0].status == 403


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


def test_a_browser_can_post_one_file_and_no_other(storage):
    form = storage.make_post("a", max_size=10, expires=60, content_type="image/png")

    assert post(form, b"data") == 201
    assert read(storage, "a") == b"data"
    assert storage.stat("a").content_type == "image/png"
    assert post(form, b"x" * 11) == 400
    assert post(form, b"data", key="site/b") == 403
    assert post(form, b"data", **{"content-type": "text/html"}) == 403
    assert post(form, b"data", acl="public-read") == 403
    late = storage.make_post("a", max_size=10, expires=-1)
    assert post(late, b"data") == 403


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("SignatureDoesNotMatch", StorageError, "AWS_SECRET_ACCESS_KEY"),
        ("RequestTimeTooSkewed", StorageError, "clock"),
        ("InvalidAccessKeyId", StorageError, "AWS_ACCESS_KEY_ID"),
        ("AccessDenied", StorageError, "access key"),
    ],
)
def test_a_refusal_says_what_to_check_and_no_secret(
    fake_s3, storage, code, kind, message
):
    fake_s3.faults.append(lambda handler: handler.fail(403, code) or True)

    with pytest.raises(kind, match=message) as caught:
        storage.write("a", [b"data"])

    assert SECRET not in str(caught.value)
    assert SECRET not in repr(storage.address)


def test_a_full_storage_is_told_from_a_broken_one(fake_s3, storage):
    fake_s3.faults.append(
        lambda handler: handler.fail(507, "XMinioStorageFull") or True
    )

    with pytest.raises(StorageFullError):
        storage.write("a", [b"data"])


def test_a_wrong_secret_is_refused_by_the_other_side(fake_s3):
    url = fake_s3.url.replace("s3cr3t", "wrong")

    with pytest.raises(StorageError, match="AWS_SECRET_ACCESS_KEY"):
        open_storage(url, Path()).write("a", [b"data"])


def test_a_missing_bucket_is_named(fake_s3):
    url = fake_s3.url.replace("@bucket", "@missing")

    with pytest.raises(StorageError, match="no such bucket"):
        open_storage(url, Path()).write("a", [b"data"])


def test_files_outside_of_the_prefix_are_not_seen(fake_s3, storage):
    other = open_storage(fake_s3.url.replace("/site?", "/other?"), Path())
    other.write("a", [b"data"])
    other.begin("b")

    assert storage.stat("a") is None
    assert list(storage.list_files()) == []
    assert storage.remove_unfinished(older_than=0) == 0
    with pytest.raises(FileMissingError):
        storage.read("a")


def test_threads_share_a_storage(storage):
    errors = []

    def work(number):
        try:
            for turn in range(5):
                storage.write(f"{number}/{turn}", [b"%d" % number])
                assert read(storage, f"{number}/{turn}") == b"%d" % number
        except BaseException as error:  # noqa: BLE001 - shown below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(list(storage.list_files())) == 30


def test_a_fork_uses_no_connection_of_its_parent(storage):
    storage.write("a", [b"data"])

    child = os.fork()
    if child == 0:
        code = 0 if read(storage, "a") == b"data" else 1
        os._exit(code)
    assert read(storage, "a") == b"data"

    assert os.waitpid(child, 0)[1] == 0
