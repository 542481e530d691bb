"""S3 may fail, hang and be slow; requests are tried again, and secrets hidden."""

import os
import socket
import threading
from pathlib import Path

import pytest

from carboy.uploads.errors import (
    StorageError,
)
from carboy.uploads.storages import open_storage
from carboy.uploads.storages.s3 import S3Storage
from carboy.uploads.storages.s3_address import parse_address
from tests.uploads.storages.fake_s3_checks import SECRET
from tests.uploads.storages.test_s3 import read


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_error_of_the_moment_is_tried_again(fake_s3, s3_storage, status):
    fake_s3.fail_once(status, "SlowDown")

    s3_storage.write("a", [b"data"])

    assert read(s3_storage, "a") == b"data"


def test_an_error_that_comes_with_status_200_is_tried_again(fake_s3, s3_storage):
    s3_storage.write("a", [b"data"])

    def fail(handler):
        if "x-amz-copy-source" in handler.headers:
            fake_s3.faults.clear()
            handler.fail(200, "InternalError")
            return True
        return False

    fake_s3.faults.append(fail)
    s3_storage.move("a", "b")

    assert read(s3_storage, "b") == b"data"


def test_a_storage_that_stays_away_raises_after_few_attempts(fake_s3, s3_storage):
    fake_s3.faults.append(lambda handler: handler.fail(503, "SlowDown") or True)

    with pytest.raises(StorageError, match="did not answer 4 times: SlowDown"):
        s3_storage.write("a", [b"data"])

    assert len(fake_s3.requests) == 4


def test_a_storage_that_refuses_connections_raises(s3_storage, fake_s3):
    fake_s3.close()

    with pytest.raises(StorageError, match="ConnectionRefusedError"):
        s3_storage.stat("a")


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
    fake_s3, s3_storage, code, kind, message
):
    fake_s3.faults.append(lambda handler: handler.fail(403, code) or True)

    with pytest.raises(kind, match=message) as caught:
        s3_storage.write("a", [b"data"])

    assert SECRET not in str(caught.value)
    assert SECRET not in repr(s3_storage.address)


def test_a_wrong_secret_is_refused_by_the_other_side(fake_s3):
    url = fake_s3.url.replace("s3cr3t", "wrong")

    with pytest.raises(StorageError, match="AWS_SECRET_ACCESS_KEY"):
        open_storage(url, Path()).write("a", [b"data"])


def test_threads_share_a_storage(s3_storage):
    errors = []

    def work(number):
        try:
            for turn in range(5):
                s3_storage.write(f"{number}/{turn}", [b"%d" % number])
                assert read(s3_storage, f"{number}/{turn}") == b"%d" % number
        except BaseException as error:  # noqa: BLE001 - shown below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(list(s3_storage.list_files())) == 30


def test_a_fork_uses_no_connection_of_its_parent(s3_storage):
    s3_storage.write("a", [b"data"])

    child = os.fork()
    if child == 0:
        code = 0 if read(s3_storage, "a") == b"data" else 1
        os._exit(code)
    assert read(s3_storage, "a") == b"data"

    assert os.waitpid(child, 0)[1] == 0
