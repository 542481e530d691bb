"""An attachment is a value: what is known of a file without reading it."""

import io

import pytest

from carboy.uploads import AttachedFile, Document, Image, UploadError
from carboy.uploads.attachment import (
    CopiedContent,
    FileDetails,
    KeptContent,
    OpenContent,
)
from carboy.uploads.storages import MemoryStorage

DETAILS = FileDetails("a.b/cd/e.txt", "信.txt", 5, "text", "f" * 64)


def test_it_is_read_back_from_its_text():
    image = Image(FileDetails("a.b/cd/e.png", "我.png", 5, "png", "f" * 64, 4, 3))

    again = Image.decode(image.encode())

    assert again == image
    assert again.details == image.details
    assert (again.width, again.height, again.content_type) == (4, 3, "image/png")
    assert image.encode().startswith('{"key":"a.b/cd/e.png"')


def test_two_are_equal_by_their_key():
    other = FileDetails("a.b/cd/f.txt", "信.txt", 5, "text", "f" * 64)

    assert Document(DETAILS) == AttachedFile(DETAILS)
    assert Document(DETAILS) != Document(other)
    assert Document(DETAILS) != DETAILS.key
    assert len({Document(DETAILS), Document(DETAILS)}) == 1


def test_it_shows_its_name_and_not_its_key():
    assert str(Document(DETAILS)) == "信.txt"
    assert repr(Document(DETAILS)) == "<Document '信.txt' 5 bytes>"


def test_a_kind_that_is_not_known_any_more_is_bytes():
    details = FileDetails("a.b/cd/e", "a", 5, "gone", "")

    assert Document(details).content_type == "application/octet-stream"
    assert not Document(details).is_inline


def test_an_open_file_is_read_as_often_as_needed():
    file = AttachedFile(DETAILS, OpenContent(io.BytesIO(b"hello")))

    assert file.read() == file.open().read() == b"hello"


def test_a_closed_file_is_an_error_with_the_way_out():
    stream = io.BytesIO(b"hello")
    file = AttachedFile(DETAILS, OpenContent(stream))
    stream.close()

    with pytest.raises(UploadError, match="Flush the session in that request"):
        file.read()


@pytest.mark.parametrize("kind", ["open", "kept", "copied"])
def test_what_is_stored_can_be_undone(kind):
    storage = MemoryStorage()
    storage.write("incoming/ab/c", [b"hello"])
    content = {
        "open": OpenContent(io.BytesIO(b"hello")),
        "kept": KeptContent(storage, "incoming/ab/c"),
        "copied": CopiedContent(storage, "incoming/ab/c"),
    }[kind]

    content.store(storage, DETAILS.key, "text/plain")
    assert b"".join(storage.read(DETAILS.key)) == b"hello"
    assert (storage.stat("incoming/ab/c") is None) == (kind == "kept")
    content.restore(storage, DETAILS.key)

    assert storage.stat(DETAILS.key) is None
    assert b"".join(content.chunks()) == b"hello"
