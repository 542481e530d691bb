"""What S3 answers about a file is an error of the contract of storages."""

from http import HTTPStatus
from pathlib import Path

import pytest

from carboy.uploads.errors import (
    KeyExistsError,
    StorageError,
    StorageFullError,
)
from carboy.uploads.storages import open_storage
from carboy.uploads.storages.s3_client import S3Answer
from carboy.uploads.storages.s3_objects import parse_head, parse_time, raise_for


def test_a_full_storage_is_told_from_a_broken_one(fake_s3, s3_storage):
    fake_s3.faults.append(
        lambda handler: handler.fail(507, "XMinioStorageFull") or True
    )

    with pytest.raises(StorageFullError):
        s3_storage.write("a", [b"data"])


def test_a_missing_bucket_is_named(fake_s3):
    url = fake_s3.url.replace("@bucket", "@missing")

    with pytest.raises(StorageError, match="no such bucket"):
        open_storage(url, Path()).write("a", [b"data"])


def test_an_answer_is_read():
    headers = {
        "content-length": "5",
        "etag": '"abc"',
        "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
        "content-type": "image/png",
    }

    stored = parse_head("a", S3Answer(200, headers))

    assert (stored.size, stored.etag, stored.content_type) == (5, "abc", "image/png")
    assert stored.modified == parse_time("2026-01-01T00:00:00.000Z")


@pytest.mark.parametrize(
    "status", [HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT]
)
def test_a_file_that_is_there_already_is_told(status):
    code = "PreconditionFailed" if status == 412 else "FileAlreadyExists"
    answer = S3Answer(status, {}, f"<Error><Code>{code}</Code></Error>".encode())

    with pytest.raises(KeyExistsError):
        raise_for(answer, "a")
