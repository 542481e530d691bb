"""Answers of S3 are read, and what XML can do besides is refused."""

import pytest

from carboy.uploads.storages.s3_xml import S3AnswerError, parse_elements


def test_elements_are_read_with_their_texts():
    data = (
        b"<R><IsTruncated>true</IsTruncated>"
        b"<C><Key>a&amp;b</Key><Owner><ID>1</ID></Owner></C><C><Key>c</Key></C></R>"
    )

    assert parse_elements(data, "C") == [{"Key": "a&b", "Owner": ""}, {"Key": "c"}]
    assert parse_elements(data, "")[0]["IsTruncated"] == "true"
    assert parse_elements(data, "D") == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<a>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" * 17 + b"</a>" * 17,
    ],
    ids=["empty", "text", "open", "entity", "external", "deep"],
)
def test_other_xml_is_refused(data):
    with pytest.raises(S3AnswerError):
        parse_elements(data, "a")
