"""Inputs are those that the widgets make; a widget of the site is called."""

import datetime

import pytest
import wtforms
from flask import Flask
from markupsafe import Markup
from wtforms import validators, widgets

from carboy.forms import Form, SelectChoice
from carboy.forms.inputs import render_button, render_hidden, render_input
from tests.forms.html_forms import flatten, parse

NASTY = "\"><b>'&"


@pytest.fixture(autouse=True)
def request_context():
    app = Flask("shop")
    app.secret_key = "k" * 32
    with app.test_request_context("/"):
        yield


class Plain(Form):
    text = wtforms.StringField(
        validators=[validators.Length(2, 9), validators.DataRequired()], default=NASTY
    )
    long = wtforms.TextAreaField(
        validators=[validators.Length(max=99)], default=f"\n{NASTY}"
    )
    mail = wtforms.EmailField(validators=[validators.ReadOnly()], default="a@b")
    secret = wtforms.PasswordField(default="hidden")
    shown = wtforms.PasswordField(
        default="shown", widget=widgets.PasswordInput(hide_value=False)
    )
    number = wtforms.IntegerField(validators=[validators.NumberRange(1, 9)], default=3)
    half = wtforms.DecimalField(widget=widgets.NumberInput(step="0.5", min=0, max=2))
    limit = wtforms.IntegerField(validators=[validators.NumberRange(lambda: 2)])
    span = wtforms.IntegerRangeField(validators=[validators.NumberRange(0, 5)])
    day = wtforms.DateField(
        validators=[
            validators.NumberRange(datetime.date(2026, 1, 2), datetime.date(2026, 3, 4))
        ],
        default=datetime.date(2026, 2, 3),
    )
    at = wtforms.DateTimeLocalField(
        default=datetime.datetime.fromisoformat("2026-02-03T04:05")
    )
    clock = wtforms.TimeField(default=datetime.time(4, 5))
    month = wtforms.MonthField(
        validators=[
            validators.NumberRange(
                datetime.date(2026, 1, 2), lambda: datetime.date(2026, 3, 4)
            )
        ]
    )
    week = wtforms.WeekField()
    colour = wtforms.ColorField(default="#aabbcc")
    on = wtforms.BooleanField(default=True, validators=[validators.DataRequired()])
    off = wtforms.BooleanField(validators=[validators.Disabled()])
    file = wtforms.FileField(validators=[validators.InputRequired()])
    files = wtforms.MultipleFileField()
    listed = wtforms.StringField(datalist="words")
    known = wtforms.StringField(render_kw={"class": "wide", "data-a": NASTY})
    hidden = wtforms.HiddenField(default=NASTY)
    send = wtforms.SubmitField(f"Send {NASTY}")
    marked = wtforms.SubmitField(Markup('A & "B"'))
    kind = wtforms.SelectField(
        choices={"": "None", NASTY: NASTY, "b": ""},
        default=NASTY,
        validators=[validators.InputRequired()],
    )
    several = wtforms.SelectMultipleField(choices={"a": "A", "b": "B"}, default=["b"])
    truth = wtforms.SelectField(choices={True: "Yes", False: "No"}, coerce=bool)
    grouped = wtforms.SelectField(choices={"Some": {"a": "A"}, "Other": {"b": "B"}})
    drawn = wtforms.SelectField(
        choices=[SelectChoice("", ""), SelectChoice("a", "A", {"data-x": NASTY})]
    )


NAMES = [name for name, each in vars(Plain).items() if hasattr(each, "_formfield")]


@pytest.mark.parametrize("name", NAMES)
def test_an_input_is_the_one_that_its_widget_makes(name):
    field = Plain()[name]
    kind = getattr(field.widget, "input_type", "")
    if kind == "hidden":
        ours, theirs = render_hidden(field), field()
    elif kind == "submit":
        ours, theirs = render_button(field, "big"), field(class_="big")
    else:
        ours = render_input(field, {"aria-describedby": "hint"}, kind)
        css = "ui-input ui-short" if kind in _SHORT else "ui-input"
        more = {} if kind == "checkbox" else {"class_": css}
        theirs = field(aria_describedby="hint", **more)

    assert _shape(ours) == _shape(theirs)


_SHORT = {"number", "date", "time", "datetime-local", "month", "week"}


def _shape(html):
    # A select that is required begins with an empty choice, and has no empty text.
    return flatten(parse(str(html).replace("></option>", ">\u2013</option>")))


def test_a_select_without_an_empty_choice_is_not_required_in_html():
    class Choosing(Form):
        first = wtforms.SelectField(
            choices={"a": "A"}, validators=[validators.DataRequired()]
        )
        group = wtforms.SelectField(
            choices={"G": {"a": "A"}}, validators=[validators.DataRequired()]
        )

    for field in (Choosing().first, Choosing().group):
        assert " required" not in render_input(field, {}, "")


def test_a_label_that_is_markup_stays_markup_and_keeps_within_an_attribute():
    class Marked(Form):
        send = wtforms.SubmitField(Markup('<b title="x">A</b>'))
        kind = wtforms.SelectField(choices={"a": Markup('<b title="x">A</b>')})

    assert 'value="<b title=&quot;x&quot;>' in render_button(Marked().send, "")
    assert '><b title="x">A</b></option>' in render_input(Marked().kind, {}, "")


def test_a_flag_that_is_off_is_no_attribute():
    field = Plain().text
    field.flags.disabled, field.flags.pattern = False, None

    assert not {"disabled", "pattern"} & {
        name for each in parse(render_input(field, {}, "")).children
        for name in each.attributes
    }  # fmt: skip


class OwnInput(widgets.TextInput):
    def __call__(self, field, **kwargs):
        return Markup("<i>own</i>")


class OwnParams(widgets.TextInput):
    html_params = staticmethod(lambda **kwargs: Markup("own"))


class OwnField(wtforms.StringField):
    def __call__(self, **kwargs):
        return Markup("<i>own</i>")


class OwnSelect(widgets.Select):
    @classmethod
    def render_option(cls, choice, **kwargs):
        return Markup("<option>own</option>")


class OwnMeta(Form):
    name = wtforms.StringField()

    class Meta:
        def render_field(self, field, render_kw):
            return Markup("<i>own</i>")


class Own(Form):
    widget = wtforms.StringField(widget=OwnInput())
    params = wtforms.StringField(widget=OwnParams())
    field = OwnField()
    select = wtforms.SelectField(choices=["a"], widget=OwnSelect())


def test_what_a_site_renders_its_own_way_is_rendered_that_way():
    fields = [*Own(meta={"csrf": False}), OwnMeta()["name"]]

    assert [
        each.name for each in fields if "own" not in render_input(each, {}, "")
    ] == []


class OwnHidden(widgets.HiddenInput):
    def __call__(self, field, **kwargs):
        return Markup("<i>own</i>")


class OwnSubmit(widgets.SubmitInput):
    def __call__(self, field, **kwargs):
        return Markup("<button>{}</button>").format(kwargs["class"])


def test_hidden_fields_and_buttons_of_a_site_are_rendered_its_way():
    class Sent(Form):
        key = wtforms.HiddenField(widget=OwnHidden())
        send = wtforms.SubmitField(widget=OwnSubmit())

    assert render_hidden(Sent().key) == "<i>own</i>"
    assert render_button(Sent().send, "big") == "<button>big</button>"
