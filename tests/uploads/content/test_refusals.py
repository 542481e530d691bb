"""Messages of refused files say what would be accepted."""

import pytest

from carboy.uploads.content.images import ImageLimits
from carboy.uploads.content.refusals import refuse_image, refuse_size, show


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (-5, "0 B"),
        (1023, "1023 B"),
        (1024, "1 kB"),
        (1_572_864, "1.5 MB"),
        (10_485_760, "10 MB"),
    ],
)
def test_a_size_is_shown_as_people_write_it(size, text):
    assert show(size) == text


def test_a_message_names_the_limit():
    assert "at most 10 MB" in str(refuse_size(10_485_760))
    assert "at most 40 megapixels" in str(refuse_image("pixels", ImageLimits()))
    assert "at most 200 frames" in str(refuse_image("frames", ImageLimits()))
    assert refuse_image("anything", ImageLimits()).reason == "broken"
