"""Images wait for a process, and are told when none is free."""

import io

import pytest

from carboy.errors import UnavailableError
from carboy.uploads.content.images import ImageLimits, ImageProcesses, ImageSize
from tests.uploads.attacks.shapes import image


def test_an_image_is_encoded_to_a_size():
    processes = ImageProcesses(1, ImageLimits())

    encoded = processes.encode(io.BytesIO(image("png")), "png", ImageSize(10, 10))

    assert (encoded.width, encoded.height, encoded.kind) == (10, 5, "png")
    assert encoded.file.read(4) == b"\x89PNG"


def test_an_image_does_not_wait_for_ever():
    processes = ImageProcesses(1, ImageLimits(timeout=0.01))
    processes._slots.acquire()

    with pytest.raises(UnavailableError, match="Raise UPLOADS_IMAGE_PROCESSES"):
        processes.encode(io.BytesIO(image("png")), "png")
