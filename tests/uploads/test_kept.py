"""An accepted file waits for its form; only the token of the page finds it."""

import io

import pytest

from carboy.uploads import AttachedFile, Document
from carboy.uploads.attachment import FileDetails, OpenContent
from carboy.uploads.kept import KeptFiles
from carboy.uploads.storages import MemoryStorage


@pytest.fixture
def storage():
    return MemoryStorage()


def make_attachment():
    details = FileDetails("user.letter/ab/abc.txt", "a.txt", 5, "text", "")
    return Document(details, OpenContent(io.BytesIO(b"hello")))


def test_a_token_finds_the_file_under_a_key_of_its_own(storage):
    kept = KeptFiles(storage, [b"key"], 60)
    token = kept.keep(make_attachment(), "user.letter")

    one = kept.find(token, "user.letter", Document)
    two = kept.find(token, "user.letter", Document)

    assert one.read() == two.read() == b"hello"
    assert one.name == "a.txt"
    assert one.key.startswith("user.letter/ab/")
    assert one.key.endswith(".txt")
    assert len({one.key, two.key, make_attachment().key}) == 3


def test_keeping_it_again_stores_nothing_new(storage):
    kept = KeptFiles(storage, [b"key"], 60)
    token = kept.keep(make_attachment(), "user.letter")

    kept.keep(kept.find(token, "user.letter", Document), "user.letter")

    assert len(list(storage.list_files())) == 1


@pytest.mark.parametrize("case", ["owner", "key", "age", "gone", "text"])
def test_another_token_finds_nothing(storage, case):
    kept = KeptFiles(storage, [b"key"], 60)
    token = kept.keep(make_attachment(), "user.letter")
    owner = "user.letter"
    if case == "owner":
        owner = "user.avatar"
    elif case == "key":
        kept = KeptFiles(storage, [b"other"], 60)
    elif case == "age":
        kept = KeptFiles(storage, [b"key"], -1)
    elif case == "gone":
        [file] = storage.list_files()
        storage.delete(file.key)
    else:
        token = "x" + token

    assert kept.find(token, owner, AttachedFile) is None


def test_an_older_key_of_the_site_still_opens_it(storage):
    token = KeptFiles(storage, [b"old"], 60).keep(make_attachment(), "user.letter")

    kept = KeptFiles(storage, [b"old", b"new"], 60)

    assert kept.find(token, "user.letter", Document) is not None
