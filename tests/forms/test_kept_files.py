"""Of the files of a form only those are kept that it accepts."""

import io

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FieldList, FileField, Form, FormField, MultipleFileField

from carboy.forms.kept_files import keep_files, name_files, take_out_files
from carboy.forms.validators import FileAllowed, FileRequired


class Page(Form):
    scan = FileField(validators=[FileAllowed(["gif"])])


class Book(Form):
    cover = FileField(validators=[FileRequired()])
    pages = FieldList(FormField(Page))
    more = MultipleFileField()


@pytest.fixture(autouse=True)
def request_context():
    with Flask("shop").test_request_context("/"):
        yield


def fill(*names):
    files = [(name, FileStorage(io.BytesIO(), file)) for name, file in names]
    return Book(MultiDict(files))


def keep(file):
    return f"key-{file.filename}"


def test_files_of_inner_fields_are_kept_by_the_name_of_their_field():
    form = fill(
        ("cover", "a.gif"),
        ("pages-0-scan", "b.gif"),
        ("pages-1-scan", "c.exe"),
        ("more", "d.gif"),
        ("more", ""),
    )

    kept = keep_files(form, keep, {"pages-1-scan": ["old"], "gone": ["old"]})

    assert kept == {
        "cover": ["key-a.gif"],
        "pages-0-scan": ["key-b.gif"],
        "pages-1-scan": ["old"],
        "more": ["key-d.gif"],
    }
    assert name_files(form, kept)["more"] == ["key-d.gif"]
    assert name_files(form, kept)["cover"] == "key-a.gif"
    assert keep_files(form, None, kept) == {}


def test_a_form_without_its_files_is_valid_if_all_that_it_needs_are_kept():
    form = fill(("pages-0-scan", "b.gif"))
    assert not take_out_files(form, {})
    assert take_out_files(fill(), {"cover": ["key"]})

    assert [each.name for each in form] == ["pages"]
    assert list(form.pages[0].form) == []
    assert form.validate()
