"""Headers of the protocol are read, and anything else is refused with status 400."""

import pytest

from carboy.uploads.resumable.errors import ProtocolError
from carboy.uploads.resumable.headers import (
    Checksum,
    format_time,
    parse_checksum,
    parse_metadata,
    parse_number,
)


def test_numbers():
    assert parse_number("Upload-Offset", "0") == 0
    assert parse_number("Upload-Length", "2147483648") == 2**31


@pytest.mark.parametrize("text", [None, "", "-1", "1.0", "٣", "1" * 16, " 1", "1e3"])
def test_other_numbers_are_refused(text):
    with pytest.raises(ProtocolError, match="Upload-Offset") as caught:
        parse_number("Upload-Offset", text)

    assert caught.value.status == 400


def test_metadata():
    assert parse_metadata("filename 5oiRLmpwZw==, private") == {
        "filename": "我.jpg",
        "private": "",
    }
    assert parse_metadata(None) == parse_metadata(" ") == {}
    assert parse_metadata("filename /w==")["filename"] == "�"


@pytest.mark.parametrize(
    "text", ["a !", "a b c", "é YQ==", "a,a", ",", "a YQ==,", "a " + "YWFh" * 2000]
)
def test_other_metadata_is_refused(text):
    with pytest.raises(ProtocolError) as caught:
        parse_metadata(text)

    assert caught.value.status == 400


def test_checksums():
    assert parse_checksum(None) is None
    assert parse_checksum("sha1 AAE=") == Checksum("sha1", b"\0\1")


@pytest.mark.parametrize("text", ["", "md5 AAE=", "sha1 ?", "SHA1 AAE="])
def test_other_checksums_are_refused(text):
    with pytest.raises(ProtocolError):
        parse_checksum(text)


def test_a_time_is_that_of_http():
    assert format_time(0) == "Thu, 01 Jan 1970 00:00:00 GMT"
