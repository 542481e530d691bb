"""A file that was sent is checked, measured and named, and not stored."""

import hashlib
import io

import pytest
from werkzeug.datastructures import FileStorage

from carboy.uploads import UploadRefusedError
from carboy.uploads.content.images import ImageLimits, ImageProcesses
from carboy.uploads.intake import Intake, make_seekable
from carboy.uploads.rules import make_rules

from .conftest import make_file

INTAKE = Intake(ImageProcesses(1, ImageLimits()), 100)


def accept(data, name="a.txt", **rules):
    return INTAKE.accept(make_file(data, name), make_rules(**rules), "user.letter")


def test_size_digest_and_kind_are_those_of_the_content():
    file = accept(b"hello", "C:\\x\\信.txt")

    assert (file.size, file.name, file.kind.name) == (5, "信.txt", "text")
    assert file.digest == hashlib.sha256(b"hello").hexdigest()


def test_the_limit_of_the_rule_goes_before_that_of_the_site():
    accept(b"x" * 100)
    accept(b"x" * 101, max_size=200)

    for data, rules in ((b"x" * 101, {}), (b"x" * 11, {"max_size": 10})):
        with pytest.raises(UploadRefusedError) as caught:
            accept(data, **rules)
        assert caught.value.reason == "too_large"


def test_keys_of_equal_files_differ():
    assert accept(b"hello").key != accept(b"hello").key


class Once(io.RawIOBase):
    """A stream that can be read once, as that of a proxy."""

    def __init__(self, data):
        self._data = data

    def readable(self):
        return True

    def read(self, size=-1):
        data, self._data = self._data[:size], self._data[size:]
        return data


def test_a_stream_that_can_be_read_once_is_copied():
    stream = make_seekable(FileStorage(Once(b"hello" * 10), "a.txt"))

    stream.seek(5)
    assert stream.read(5) == b"hello"
