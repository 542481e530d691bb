"""Sizes are written as people write them."""

import pytest

from carboy.errors import ConfigError
from carboy.uploads.settings import parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (7, 7),
        ("7", 7),
        ("7 B", 7),
        ("500 kB", 512_000),
        ("500k", 512_000),
        ("2 MB", 2_097_152),
        ("1.5mb", 1_572_864),
        ("1 GB", 1_073_741_824),
    ],
)
def test_a_size_is_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1", "1 TB", "1 mib", "x"])
def test_another_text_is_an_error(text):
    with pytest.raises(ConfigError, match="is no size of a file"):
        parse_size(text)
