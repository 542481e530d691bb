"""Whatever a form consists of, its page is valid, accessible, and loses nothing."""

import io

import pytest
import wtforms
from flask import Flask, render_template_string
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from carboy.errors import ConfigError
from carboy.forms import Form, Forms
from carboy.forms.validators import DataRequired, Length, Optional
from carboy.ui import UI
from tests.forms.generated_forms import fill, forms, steps
from tests.forms.html_forms import flatten, list_problems, parse, read_values

# Shrinking a form of forms takes minutes; its source says enough.
QUICK = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OWN = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def app():
    app = Flask("shop")
    app.config.update(SECRET_KEY="k" * 32, MAX_FORM_PARTS=None)
    UI(app)
    Forms(app)
    return app


def show(form, call="form_page(form)"):
    return render_template_string("{{ " + call + " }}", form=form)


def post(app, form_class, data, call="form_page(form)"):
    with app.test_request_context("/", method="POST", data=data, headers=OWN):
        form = form_class()
        is_valid = form.validate_on_submit()
        return form, is_valid, parse(show(form, call))


def kept(page):
    """Return what a browser would send again, without tokens and markers."""
    return sorted(
        (name, value.replace("\r\n", "\n"))
        for name, value in read_values(page)
        if not name.endswith(("csrf_token", "-"))
    )


PASSWORDS = (wtforms.PasswordField,)


def list_field_names(fields, kinds):
    names = []
    for field in fields:
        if isinstance(field, kinds):
            names.append(field.name)
        names += list_field_names(getattr(field, "entries", ()), kinds)
        names += list_field_names(getattr(field, "form", ()), kinds)
    return names


@settings(QUICK, max_examples=40)
@given(forms(), st.data())
def test_generated_forms_are_valid_accessible_and_lose_nothing(app, form_class, data):
    with app.test_request_context("/"):
        page = parse(show(form_class()))
    assert list_problems(page) == []

    names = [name for name, _ in read_values(page)]
    typed = fill(data.draw, names)
    form, is_valid, again = post(app, form_class, _as_data(typed))

    assert list_problems(again) == []
    assert is_valid == (not form.errors)
    passwords = list_field_names(form, PASSWORDS)
    texts = set(
        list_field_names(
            form,
            (wtforms.StringField, wtforms.IntegerField, wtforms.DecimalField,
             wtforms.FloatField, wtforms.DateField),
        )
    )  # fmt: skip
    expected = {
        (name, value.replace("\r\n", "\n"))
        for name, value in typed
        if name in texts and name not in passwords and not name.endswith("csrf_token")
    }
    assert expected <= set(kept(again))
    # Sent once more unchanged, the page is the same.
    _, _, third = post(app, form_class, _as_data(kept(again)))
    assert kept(third) == kept(again)


@settings(QUICK, max_examples=15)
@given(steps(), st.data())
def test_generated_steps_are_valid_and_lose_nothing(app, made, data):
    first = next(iter(made.forms))

    def open_step(typed):
        sent = _as_data(typed)
        with app.test_request_context("/", method="POST", data=sent, headers=OWN):
            current = made.open(first)
            call = "form_page(form.form, 'Step', steps=form)"
            return parse(show(current, call))

    page = open_step([])
    assert list_problems(page) == []
    typed = fill(data.draw, [name for name, _ in kept(page) if name != "_intent"])
    again = open_step(typed)

    assert list_problems(again) == []
    assert kept(open_step(kept(again))) == kept(again)


@settings(QUICK, max_examples=25)
@given(forms(), st.data())
def test_buttons_of_lists_work_without_a_script_and_lose_nothing(app, form_class, data):
    with app.test_request_context("/"):
        page = parse(show(form_class()))
    for _ in range(3):
        buttons = [
            each.get("value") for each in page.all("button")
            if each.get("name") == "_intent"
        ]  # fmt: skip
        if not buttons:
            return
        press = data.draw(st.sampled_from(buttons))
        before = kept(page)
        sent = _as_data(read_values(page, press=press))
        form, is_valid, page = post(app, form_class, sent)

        assert form.intent == press
        assert not is_valid
        assert list_problems(page) == []
        after = kept(page)
        if press.startswith(("up:", "down:")):
            assert sorted(v for _, v in after) == sorted(v for _, v in before)
        elif press.startswith("add:"):
            assert {*before} <= {*after}


def _as_data(pairs):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


class Line(Form):
    word = wtforms.StringField("Word", [DataRequired("Enter a word")])


class Everything(Form):
    name = wtforms.StringField("Name", [DataRequired("Enter a name"), Length(max=9)])
    mail = wtforms.EmailField("Mail", description="Only to answer you.")
    text = wtforms.TextAreaField("Text", default="\nline")
    age = wtforms.IntegerField("Age")
    kind = wtforms.SelectField("Kind", choices={"a": "A", "b": "B"})
    size = wtforms.RadioField("Size", [DataRequired("Choose")], choices=["s", "m"])
    agree = wtforms.BooleanField("Agree", [DataRequired("Agree")])
    secret = wtforms.PasswordField("Password")
    picture = wtforms.FileField("Picture")
    sender = wtforms.FormField(Line, "Sender")
    send = wtforms.SubmitField("Send it")


def test_the_look_is_that_of_the_macros(app):
    data = {"name": "far too long a name", "sender-word": ""}

    ours = post(app, Everything, data)[2]
    macros = post(app, Everything, data, "ui.form(form)")[2]

    def shape(page):
        # Two improvements of ours: ids of groups, and buttons that Enter presses.
        return [
            (tag, [a for a in attributes if a[0] != "id" or tag != "fieldset"], text)
            for tag, attributes, text in flatten(page)
            if ("aria-hidden", "true") not in attributes
            and not any(name in {"csrf_token"} for _, name in attributes)
        ]

    assert {row[0] for row in shape(ours)} == {row[0] for row in shape(macros)}
    classes = [
        {a for row in shape(page) for a in row[1] if a[0] == "class"}
        for page in (ours, macros)
    ]
    assert classes[0] == classes[1]


def test_enter_never_presses_a_button_that_removes_something(app):
    class Letter(Form):
        lines = wtforms.FieldList(wtforms.FormField(Line), "Lines", min_entries=1)
        save = wtforms.SubmitField("Save letter")

    with app.test_request_context("/"):
        page = parse(show(Letter(lines=[{"word": "a"}, {"word": "b"}])))

    first = next(e for e in page.walk() if e.tag == "button")
    assert (first.get("name"), first.get("value")) == ("save", "Save letter")
    assert first.get("tabindex") == "-1"


def test_a_file_has_to_be_chosen_again_and_the_page_says_so(app):
    data = {"name": "", "picture": (io.BytesIO(b"x"), "<me>.gif")}

    page = post(app, Everything, data)[2]

    hint = next(e for e in page.all("p") if e.get("id") == "picture-hint")
    assert hint.content() == "Choose the file again: <me>.gif"


def test_errors_come_first_and_lead_to_their_fields(app):
    page = post(app, Everything, {"name": "", "kind": "a"})[2]

    links = [(a.get("href"), a.content()) for a in page.all("a")]
    assert links == [
        ("#name", "Enter a name"),
        ("#size-0", "Choose"),
        ("#agree", "Agree"),
        ("#sender-word", "Enter a word"),
    ]
    assert list_problems(page) == []


def test_heading_lead_and_buttons_come_in_one_line(app):
    call = "form_page(form, 'Write <us>', lead='We answer.', submit='Send', cancel='/')"
    with app.test_request_context("/"):
        page = parse(show(Line(), call))

    assert page.all("h1")[0].content() == "Write <us>"
    assert "We answer." in page.content()
    assert [each.content() for each in page.all("button")] == ["Send"]
    assert page.all("a")[0].get("href") == "/"


def test_nothing_that_is_typed_becomes_markup(app):
    nasty = '"><script>alert(1)</script>'
    data = {"name": nasty, "text": f"</textarea>{nasty}", "mail": nasty, "age": nasty}

    page = post(app, Everything, data)[2]

    assert not page.all("script")
    assert ("text", f"</textarea>{nasty}") in read_values(page)
    assert ("name", nasty) in read_values(page)


def test_without_the_battery_ui_the_way_out_is_named():
    app = Flask("plain")
    Forms(app)
    with app.test_request_context("/"), pytest.raises(ConfigError, match="UI"):
        show(Line(meta={"csrf": False}))


def test_the_entry_that_a_button_added_gets_the_focus(app):
    class Letter(Form):
        lines = wtforms.FieldList(wtforms.FormField(Line), "Lines")

    sent = {"lines-0-word": "a", "_intent": "add:lines-"}
    page = post(app, Letter, sent)[2]

    focused = [e.get("name") for e in page.walk() if "autofocus" in e.attributes]
    assert focused == ["lines-1-word"]


class Typed(Form):
    number = wtforms.DecimalField("Number")
    day = wtforms.DateField("Day")
    colour = wtforms.ColorField("Colour")


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("number", "1.5", "number"),
        ("number", "1,5", "text"),
        ("number", "\uff11", "text"),
        ("number", "NaN", "text"),
        ("day", "2026-11-30", "date"),
        ("day", "30.11.2026", "text"),
        ("day", "2026-02-30", "text"),
        ("colour", "#aabbcc", "color"),
        ("colour", "red", "text"),
        ("colour", "", "text"),
    ],
)
def test_a_value_that_a_browser_would_drop_is_shown_as_text(app, name, value, kind):
    page = post(app, Typed, {name: value})[2]

    shown = next(each for each in page.all("input") if each.get("name") == name)
    assert (shown.get("type"), shown.get("value")) == (kind, value)


def test_only_what_may_be_empty_is_called_optional(app):
    class Numbers(Form):
        strict = wtforms.IntegerField("Strict")
        day = wtforms.DateField("Day")
        free = wtforms.IntegerField("Free", [Optional()])
        text = wtforms.StringField("Text")

    form, _, page = post(
        app, Numbers, {"strict": "", "day": "", "free": "", "text": ""}
    )

    labels = {each.get("for"): each.content() for each in page.all("label")}
    assert {name for name, text in labels.items() if "optional" in text} == {
        "free",
        "text",
    }
    assert set(form.errors) == {"strict", "day"}


def test_an_option_without_a_text_gets_one(app):
    class Choice(Form):
        kind = wtforms.SelectField("Kind", choices={"": "", "a": "A"})

    page = post(app, Choice, {"kind": ""})[2]

    assert [each.content() for each in page.all("option")] == ["\u2013", "A"]
