"""Content is compressed with each encoding, and given back by its decoder."""

import gzip
import os

import brotli
import pytest
import zstandard
from hypothesis import given, strategies as st

from carboy.ui.compression import ENCODINGS, compress, list_encodings

DECODERS = {
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
    "gzip": gzip.decompress,
}


def test_all_encodings_can_be_made_where_the_extra_is_installed():
    assert list_encodings() == ENCODINGS


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(part=st.binary(max_size=200), times=st.integers(0, 300), best=st.booleans())
def test_what_was_compressed_comes_back(encoding, part, times, best):
    content = part * times

    packed = compress(encoding, content, best=best)

    if packed is not None:
        assert DECODERS[encoding](packed) == content
        assert len(packed) < len(content)
    else:
        # Headers and the first repetition cost what a short text cannot save.
        assert len(content) <= 2 * len(part) + 100


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_does_not_become_smaller_is_left_alone(encoding):
    assert compress(encoding, os.urandom(5_000), best=True) is None


def test_an_unknown_encoding_is_not_made():
    with pytest.raises(KeyError):
        compress("lzma", b"a" * 100, best=False)
