"""Detection reads the whole of a text, and leaves the file where it was."""

import io

import pytest

from carboy.uploads.content.detect import detect_kind


def test_the_file_stays_where_it_was():
    file = io.BytesIO(b"hello")
    file.seek(3)

    assert detect_kind(file).name == "text"
    assert file.tell() == 3


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072])
def test_a_character_may_be_cut_by_the_end_of_a_piece(size):
    data = b"x" * (size - 1) + "你".encode() * 5

    assert detect_kind(io.BytesIO(data)).name == "text"


@pytest.mark.parametrize("size", [0, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("byte", [b"\0", b"\x08", b"\xff", b"\x7f"])
def test_a_byte_that_no_text_has_is_found_anywhere(size, byte):
    data = b"x" * size + byte + b"x" * 10

    assert detect_kind(io.BytesIO(data)).name != "text"
