"""Rules are declared with the words of people, and mistakes are found at the start."""

import pytest

from carboy.errors import ConfigError
from carboy.uploads import Document, Image, ImageSize, UploadError
from carboy.uploads.rules import make_rules


def test_a_class_has_kinds_of_its_own():
    assert make_rules(Image).kinds == {"jpeg", "png", "gif", "webp"}
    assert "pdf" in make_rules(Document).kinds
    assert make_rules().kinds is None


def test_sizes_and_variants_are_read():
    rules = make_rules(
        Image,
        max_size="2 MB",
        variants={"a": (1, 2), "b": ImageSize(3, 4, crop=True)},
    )

    assert rules.max_size == 2 * 1024 * 1024
    assert rules.variants == {"a": ImageSize(1, 2), "b": ImageSize(3, 4, True)}


def test_an_input_accepts_the_usual_extensions():
    assert make_rules(kinds=("pdf", "jpeg")).accept == ".jpg,.jpeg,.pdf"
    assert make_rules().accept == ""


@pytest.mark.parametrize(
    ("value_class", "options", "text"),
    [
        (str, {}, "is no class of attachments"),
        (Document, {"variants": {"a": (1, 2)}}, "Document has no variants"),
        (Image, {"kinds": ("pdf",)}, "Images of the kinds pdf are not decoded"),
        (Image, {"kinds": ()}, "Images of the kinds all are not decoded"),
        (Image, {"kinds": ("svg",)}, "are not decoded"),
    ],
)
def test_a_mistake_is_an_error_of_the_declaration(value_class, options, text):
    with pytest.raises(UploadError, match=text):
        make_rules(value_class, **options)


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(ConfigError, match="There is no kind of file 'pfd'"):
        make_rules(kinds=("pfd",))


def test_pillow_is_needed_for_images_only(monkeypatch):
    monkeypatch.setattr("carboy.uploads.content.images.find_spec", lambda _name: None)

    make_rules(Document)
    with pytest.raises(ConfigError, match=r"pip install '.*\[images\]'"):
        make_rules(Image)
