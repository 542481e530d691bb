"""Each limit of an archive is a limit."""

import io

import pytest

from carboy.uploads import ArchiveLimits, UploadRefusedError
from carboy.uploads.content.archives import has_short_list, list_zip
from tests.uploads.attacks.shapes import zip_of_many, zipped

DATA = zipped([("a.txt", b"x" * 100), ("b.txt", b"y" * 100), ("c.zip", b"z")])


@pytest.mark.parametrize(
    ("limits", "accepted"),
    [
        ({"nested": True}, True),
        ({}, False),
        ({"nested": True, "max_entries": 3}, True),
        ({"nested": True, "max_entries": 2}, False),
        ({"nested": True, "max_unpacked": 201}, True),
        ({"nested": True, "max_unpacked": 200}, False),
        ({"nested": True, "max_ratio": 1}, False),
    ],
)
def test_a_limit_is_the_most_that_is_accepted(limits, accepted):
    if accepted:
        assert len(list_zip(io.BytesIO(DATA), ArchiveLimits(**limits))) == 3
        return
    with pytest.raises(UploadRefusedError):
        list_zip(io.BytesIO(DATA), ArchiveLimits(**limits))


def test_a_long_list_is_not_read():
    assert has_short_list(io.BytesIO(DATA))
    assert not has_short_list(io.BytesIO(zip_of_many(10_001)))
    assert not has_short_list(io.BytesIO(b"no zip"))


@pytest.mark.parametrize("length", range(0, len(DATA), 7))
def test_a_cut_archive_is_refused(length):
    with pytest.raises(UploadRefusedError):
        list_zip(io.BytesIO(DATA[:length]), ArchiveLimits(nested=True))
