"""Width and height are read from headers; nonsense is no error."""

import io

import pytest

from carboy.uploads.content.dimensions import read_dimensions
from tests.uploads.attacks.shapes import image


@pytest.mark.parametrize("kind", ["png", "gif", "bmp", "jpeg"])
def test_the_size_of_an_image_is_read(kind):
    assert read_dimensions(io.BytesIO(image(kind, (21, 13))), kind) == (21, 13)


def test_the_size_of_an_extended_webp_is_read():
    data = image("webp", (21, 13), exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")

    assert read_dimensions(io.BytesIO(data), "webp") == (21, 13)


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "bmp", "jpeg", "tiff"])
def test_any_cut_of_an_image_is_no_error(kind):
    data = image(kind if kind != "webp" else "webp")
    for length in range(0, 200, 3):
        read_dimensions(io.BytesIO(data[:length]), kind)
        read_dimensions(io.BytesIO(b"\xff" * length), kind)
