"""The macros know of each WTForms field what it is and what is wrong with it."""

import pytest
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FloatField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from carboy.ui import fields


class Address(Form):
    street = StringField("Street", [validators.InputRequired("Enter a street")])


class Everything(Form):
    token = HiddenField()
    name = StringField("Name", [validators.InputRequired("Enter a name")])
    password = PasswordField()
    text = TextAreaField()
    day = DateField("Day", [validators.InputRequired("Enter a day")])
    language = SelectField(choices=["en", "zh"])
    binding = RadioField(
        choices=["soft", "hard"],
        validators=[validators.InputRequired("Choose a binding")],
        validate_choice=False,
    )
    tags = SelectMultipleField(
        choices=["a", "b"],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    several = SelectMultipleField(choices=["a", "b"])
    agreed = BooleanField("I agree")
    cover = FileField()
    address = FormField(Address)
    mails = FieldList(
        StringField("Mail", [validators.Length(min=9, message="Enter a mail")])
    )
    save = SubmitField()


KINDS = {
    "token": "hidden",
    "binding": "radios",
    "tags": "checkboxes",
    "agreed": "checkbox",
    "cover": "file",
    "address": "group",
    "mails": "list",
    "save": "submit",
}


@pytest.mark.parametrize("name", Everything(data={})._fields)
def test_the_kind_of_each_field(name):
    assert fields.field_kind(Everything()[name]) == KINDS.get(name, "input")


def test_errors_are_listed_in_the_order_of_the_fields_with_the_input_they_lead_to():
    form = Everything(MultiDict({"mails-0": "wrong", "language": "en"}))
    form.validate()

    assert fields.list_form_errors(form) == [
        ("name", "Enter a name"),
        ("day", "Enter a day"),
        ("binding-0", "Choose a binding"),
        ("address-street", "Enter a street"),
        ("mails-0", "Enter a mail"),
    ]


def test_errors_of_the_whole_form_come_first_and_lead_nowhere():
    form = Address(data={"street": "x"})
    form.form_errors.append("The two do not fit.")

    assert fields.list_form_errors(form) == [("", "The two do not fit.")]


def test_hint_and_error_are_named_in_reading_order_and_only_if_they_are_there():
    form = Address()
    field = form.street

    assert fields.described_by(field, "") is None
    assert fields.described_by(field, "As on letters.") == "street-hint"
    form.validate()
    assert fields.described_by(field, "") == "street-error"
    assert fields.described_by(field, "As") == "street-hint street-error"


def test_a_form_with_a_file_anywhere_says_so():
    class Nested(Form):
        inner = FieldList(FormField(Everything), min_entries=1)

    assert fields.has_files(Everything())
    assert fields.has_files(Nested())
    assert not fields.has_files(Address())


def test_short_inputs_are_short():
    assert fields.field_class(Everything().day) == "ui-input ui-short"
    assert fields.field_class(Everything().name) == "ui-input"


class Half(Form):
    text = StringField()
    number = IntegerField()
    number_or_none = IntegerField(validators=[validators.Optional()])
    share = FloatField()
    day = DateField()
    language = SelectField(choices=["en", "zh"])
    language_or_none = SelectField(choices=["", "en"])
    group = SelectField(choices=[SelectChoice("en", "English", optgroup="European")])
    radio = RadioField(choices=["a", "b"])
    radio_or_none = RadioField(choices=["a", "b"], validators=[validators.Optional()])
    radio_unchecked = RadioField(choices=["a"], validate_choice=False)
    several = SelectMultipleField(choices=["a", "b"])
    agreed = BooleanField()
    cover = FileField()
    required = StringField(validators=[validators.DataRequired()])


def test_only_a_field_that_accepts_nothing_is_called_optional():
    optional = {each.name for each in Half() if fields.field_is_optional(each)}

    assert optional == {
        "text",
        "number_or_none",
        "language_or_none",
        "radio_or_none",
        "radio_unchecked",
        "several",
        "cover",
    }


@pytest.mark.parametrize("name", [each.name for each in Half()])
def test_what_is_called_optional_is_accepted_without_a_value(name):
    form = Half(MultiDict())

    form[name].process(MultiDict({} if name in {"cover", "several"} else {name: ""}))
    is_valid = form[name].validate(form)

    assert is_valid or not fields.field_is_optional(form[name])
