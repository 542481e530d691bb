"""What browsers show of a set is decided by the extension, which was checked."""

import pytest

from carboy.uploads.upload_sets import is_shown_inline


@pytest.mark.parametrize("name", ["a.jpg", "a.PNG", "a.webp", "a.mp4", "a.ogg"])
def test_images_and_media_are_shown(name):
    assert is_shown_inline(name)


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.pdf", "a.txt", "a", "a.png.html", "a.xml", "a.svgz"]
)
def test_everything_else_is_saved(name):
    assert not is_shown_inline(name)
