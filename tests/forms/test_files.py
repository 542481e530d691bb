"""A file must be there, have one of the endings, and be neither too large nor small."""

import io

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FileField, Form, MultipleFileField

from carboy.forms.validators import FileAllowed, FileRequired, FileSize


def validate(validator, *files, kind=FileField):
    class Upload(Form):
        picture = kind(validators=[validator])

    pairs = [("picture", FileStorage(io.BytesIO(c), name)) for name, c in files]
    form = Upload(MultiDict(pairs))
    return form.validate(), form.errors.get("picture", [])


@pytest.mark.parametrize("kind", [FileField, MultipleFileField])
def test_a_file_is_required(kind):
    assert validate(FileRequired(), ("a.gif", b"x"), kind=kind) == (True, [])
    assert validate(FileRequired(), ("", b""), kind=kind) == (False, ["Choose a file."])
    assert validate(FileRequired("Now!"), kind=kind) == (False, ["Now!"])


@pytest.mark.parametrize(
    ("name", "is_fine"),
    [
        ("a.jpg", True),
        ("a.JPG", True),
        ("a.b.png", True),
        ("a.jpg.exe", False),
        ("jpg", False),
        ("a.", False),
        ("", True),
    ],
)
def test_the_ending_decides(name, is_fine):
    assert validate(FileAllowed(["jpg", ".PNG"]), (name, b"x"))[0] is is_fine


def test_every_one_of_several_files_is_looked_at():
    files = [("a.jpg", b"x"), ("b.exe", b"x")]

    valid, errors = validate(FileAllowed(["jpg"]), *files, kind=MultipleFileField)

    assert not valid
    assert errors == ["Choose a file of one of these types: jpg."]


def test_a_size_is_measured_and_the_file_can_still_be_read():
    assert validate(FileSize(3), ("a", b"123"))[0]
    assert not validate(FileSize(3), ("a", b"1234"))[0]
    assert not validate(FileSize(3, 2), ("a", b"1"))[0]

    class Upload(Form):
        picture = FileField(validators=[FileSize(9)])

    form = Upload(MultiDict([("picture", FileStorage(io.BytesIO(b"123"), "a"))]))
    assert form.validate()
    assert form.picture.data.read() == b"123"
