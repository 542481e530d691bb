"""The program that decodes images is run as a file, and imports nothing of ours."""

import ast
import io
from pathlib import Path

import pytest
from PIL import Image

from carboy.uploads.content import image_process
from tests.uploads.attacks.shapes import animation, image

OPTIONS = {"max_pixels": 1_000_000, "max_frames": 20, "kind": "png"}


def convert(data, **options):
    target = io.BytesIO()
    answer = image_process.convert(io.BytesIO(data), target, {**OPTIONS, **options})
    return answer, Image.open(io.BytesIO(target.getvalue()))


@pytest.fixture(autouse=True)
def limit(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


def test_it_imports_only_pillow_and_the_standard_library():
    tree = ast.parse(Path(image_process.__file__).read_text("utf-8"))
    modules = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
    ]

    assert not [name for name in modules if name.startswith("carboy")]


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({"size": [10, 10]}, (10, 5)),
        ({"size": [10, 10], "crop": True}, (10, 10)),
        ({"size": [400, 400]}, (20, 10)),
        ({}, (20, 10)),
    ],
)
@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "bmp"])
def test_a_size_is_a_box_or_cut(kind, options, size):
    answer, written = convert(image(kind), kind=kind, **options)

    assert written.size == size == (answer["width"], answer["height"])
    assert answer["kind"] == {"bmp": "png"}.get(kind, kind)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_of_pixels_is_written(mode):
    kind = {"CMYK": "jpeg", "F": "tiff"}.get(mode, "png")
    target = io.BytesIO()
    Image.new(mode, (9, 9)).save(target, kind)

    answer, written = convert(target.getvalue(), kind=kind)

    assert written.size == (9, 9)
    assert answer["frames"] == 1


def test_the_times_of_an_animation_are_kept():
    target = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(target, "gif", save_all=True, append_images=frames[1:], duration=250)

    _, written = convert(target.getvalue(), kind="gif")

    assert written.info["duration"] == 250


def test_frames_and_pixels_are_limits():
    with pytest.raises(image_process.LimitError, match="frames"):
        convert(animation(21), kind="gif")
    options = {**OPTIONS, "kind": "png"}
    source = io.BytesIO(image("png", (1001, 1000)))
    assert image_process.answer_for(source, None, options) == {"error": "pixels"}
    with pytest.raises(image_process.LimitError, match="pixels"):
        convert(animation(10, size=(400, 400)), kind="gif")


def test_a_broken_profile_is_left_out():
    _, written = convert(image("png", icc_profile=b"not a profile"))

    assert "icc_profile" not in written.info
