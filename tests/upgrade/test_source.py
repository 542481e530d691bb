"""If this passes, edits replace their bytes only, in any encoding and line ending."""

import pytest

from carboy.upgrade.source import (
    Edit,
    SourceText,
    apply_edits,
    decode_python,
    decode_text,
)


def test_edits_replace_their_bytes_only():
    data = "é = 1\r\nb\n".encode()

    assert (
        apply_edits(data, [Edit(0, 2, "ü"), Edit(8, 9, "")]) == "ü = 1\r\n\n".encode()
    )


@pytest.mark.parametrize(
    ("text", "newline"), [("a\r\nb", "\r\n"), ("a\rb", "\r"), ("a", "\n")]
)
def test_lines_end_as_they_do(text, newline):
    assert SourceText(text.encode()).newline == newline


def test_positions_are_lines():
    source = SourceText(b"a\n\nbc")

    assert [source.line_of(offset) for offset in range(5)] == [1, 1, 2, 3, 3]
    assert source.line_end(0) == 2
    assert source.line_end(4) == 5


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfa = 1\n",
        "# coding: latin-1\na = 'é'\n".encode("latin-1"),
        "a = 'é'\n".encode(),
    ],
)
def test_the_encoding_is_kept(raw):
    data, encoding = decode_python(raw)

    assert encoding.encode(data) == raw


def test_what_is_no_text_is_refused():
    with pytest.raises(UnicodeError):
        decode_text(b"\xff\xfe\x00")
    with pytest.raises(SyntaxError):
        decode_python(b"# coding: nothing\n")
