"""`Regexp` matches whole values, and `Unique` knows the object that is edited."""

import logging
import re

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, Form, IntegerField, StringField

from carboy.forms.validators import Email, NumberRange, Regexp, Unique


def validate(validator, value, edited=None):
    class OneForm(Form):
        name = StringField(validators=[validator])

    form = OneForm(MultiDict({"name": value}))
    form.edited = edited
    form.validate()
    return form.errors.get("name", [])


@pytest.mark.parametrize("value", ["12; drop table", "12\n", "x12", ""])
def test_a_part_of_a_value_is_not_enough(value):
    assert validate(Regexp(r"\d+"), value) == ["Invalid input."]


def test_a_whole_value_is():
    assert validate(Regexp(r"\d+"), "12") == []
    assert validate(Regexp(r"[a-z]+", re.IGNORECASE), "ABC") == []
    assert validate(Regexp(re.compile("[0-9].*")), "1; anything") == []
    assert validate(Regexp(r"\d+", message="Digits only"), "x") == ["Digits only"]


def test_a_pattern_that_relied_on_the_beginning_is_named_once(caplog):
    validator = Regexp(r"[a-c]\d")
    with caplog.at_level(logging.WARNING, "carboy.forms"):
        validate(validator, "a1 and more")
        validate(validator, "b2 and more")

    assert len(caplog.records) == 1
    assert caplog.records[0].args[2] == r"[a-c]\d.*"


ROWS = {"ada": object(), "grace": object()}


def test_a_value_that_another_row_has_is_refused():
    unique = Unique(ROWS.get, "That name is taken.")

    assert validate(unique, "ada") == ["That name is taken."]
    assert validate(unique, "linus") == []
    assert validate(unique, "ada", edited=ROWS["ada"]) == []
    assert validate(unique, "ada", edited=ROWS["grace"]) == ["That name is taken."]


@pytest.mark.parametrize("value", ["NaN", "sNaN", "-sNaN1", "Infinity", "11"])
def test_a_number_out_of_range_is_refused_and_raises_nothing(value):
    class OneForm(Form):
        price = DecimalField(validators=[NumberRange(0, 10)])

    assert not OneForm(MultiDict({"price": value})).validate()
    assert OneForm(MultiDict({"price": "10"})).validate()


def test_what_is_no_number_has_one_error():
    class OneForm(Form):
        age = IntegerField(validators=[NumberRange(0, 10)])

    form = OneForm(MultiDict({"age": "ten"}))

    assert not form.validate()
    assert form.errors == {"age": ["Not a valid integer value."]}
    # Nothing sent at all is outside the range, as in WTForms.
    assert not OneForm(age=None).validate()


@pytest.mark.parametrize(
    "address",
    ["a@b.cd", "ada+x@mail.example.com", "用户@例子.广告", "o'neil@a-b.ie", "a@1.de"],
)
def test_a_mail_address_is_accepted(address):
    assert validate(Email(), address) == []


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "a@", "@b.cd", "a@b", "a@b.", "a@.cd", "a b@c.de", "a@b c.de",
        "a@@b.cd",
        ".a@b.cd", "a.@b.cd", "a..b@c.de", "a@b..cd", "a@-b.cd", "a@b.cd\n", "a\n@b.cd",
        "a@1.2.3.4", "a,b@c.de", "<a@b.cd>", "a@b.cd,c@d.ef", f"{'a' * 65}@b.cd",
        f"a@{'b' * 64}.cd", f"a@{'b.' * 130}cd", "a@[1.2.3.4]", "a\0@b.cd",
    ],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(address):
    assert validate(Email("No."), address) == ["No."]
