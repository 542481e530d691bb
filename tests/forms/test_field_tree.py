"""Every field of a form class is found by the name that a request has for it."""

import pytest
from wtforms import FieldList, FileField, FormField, PasswordField, StringField

from carboy.forms import Form
from carboy.forms.field_tree import find_field_class, list_fields, walk_fields


class Line(Form):
    word = StringField()
    picture = FileField()


class Base(Form):
    secret = PasswordField()

    def validate_secret(self, field):
        """Methods are no fields."""


class Letter(Base):
    lines = FieldList(FormField(Line), separator="_")
    tags = FieldList(unbound_field=FieldList(StringField()))
    sender = FormField(form_class=Line)
    sender_name = StringField(name="sender-name")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("secret", PasswordField),
        ("lines_0-word", StringField),
        ("lines_12-picture", FileField),
        ("tags-0-1", StringField),
        ("sender-picture", FileField),
        ("sender-name", StringField),
        ("sender", None),
        ("lines-0-word", None),
        ("lines_x-word", None),
        ("lines_\u0661-word", None),
        ("tags-0", None),
        ("secrets", None),
        ("validate_secret", None),
        ("", None),
    ],
)
def test_a_name_leads_to_its_field(name, kind):
    assert find_field_class(Letter, "", name) is kind
    assert find_field_class(Letter, "a-", f"a-{name}") is kind


def test_inherited_and_inner_fields_are_listed():
    assert {name for name, _ in list_fields(Letter)} == {
        "secret",
        "lines",
        "tags",
        "sender",
        "sender-name",
    }
    kinds = {(name, kind.__name__) for name, kind in walk_fields(Letter)}
    assert {
        ("secret", "PasswordField"),
        ("lines", "FormField"),
        ("tags", "StringField"),
        ("picture", "FileField"),
        ("word", "StringField"),
    } < kinds
