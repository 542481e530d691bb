"""Short texts are compressed to the very bytes of zlib's default."""

import zlib

from hypothesis import example, given, strategies as st

from carboy.engine.deflate import compress

PIECES = st.sampled_from([b"a", b'{"user":', b"abcabc", b"\x00", b"0123456789abcdef"])


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(b"".join)))
@example(b"")
@example(b"a" * 256)
@example(b"a" * 257)
def test_it_gives_what_zlib_gives(text: bytes) -> None:
    assert compress(text) == zlib.compress(text)


def test_a_long_text_is_compressed_too() -> None:
    text = b"abc" * 5000

    assert zlib.decompress(compress(text)) == text
