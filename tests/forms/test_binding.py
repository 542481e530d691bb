"""A field made from a plan is the one that WTForms would make."""

import pytest
import wtforms
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from wtforms.fields import Flags, Label
from wtforms.validators import DataRequired, Length

from carboy.forms import Form
from carboy.forms.form import SessionCSRF
from carboy.i18n import lazy_gettext
from tests.forms.generated_forms import forms
from tests.profiling import count_calls


@pytest.fixture
def request_context():
    app = Flask("shop")
    app.secret_key = "k" * 32
    with app.test_request_context("/"):
        yield


def describe(field):
    """Return all that a field consists of, without what is its form's own."""
    values = {
        name: describe_part(each)
        for name, each in vars(field).items()
        if name not in {"_form", "meta", "csrf_impl"}
    }
    return type(field), values


def describe_part(part):
    if isinstance(part, Flags | Label):
        return type(part), vars(part)
    if isinstance(part, wtforms.Form):
        return [describe(each) for each in part]
    if isinstance(part, list) and part and isinstance(part[0], wtforms.Field):
        return [describe(each) for each in part]
    return part


def make_twin(form_class):
    """Return the same form class, whose fields WTForms makes."""
    meta = type("Meta", (), {"bind_field": wtforms.meta.DefaultMeta.bind_field})
    return type("Twin", (form_class,), {"Meta": meta})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms(), st.sampled_from(["", "a", "b-"]))
def test_each_field_is_the_same_as_without_a_plan(request_context, form_class, prefix):
    form_class(meta={"csrf": False})
    form = form_class(prefix=prefix, meta={"csrf": False})
    twin = make_twin(form_class)(prefix=prefix, meta={"csrf": False})

    assert [describe(each) for each in form] == [describe(each) for each in twin]
    for field in form:
        assert field._form is form
        assert field.meta is form.meta


class Contact(Form):
    name = wtforms.StringField("Name", [Length(max=9)], render_kw={"class": "wide"})
    kind = wtforms.SelectField(choices=["a", "b"])
    day = wtforms.DateField("Day", id="a-day")


def test_what_a_view_does_to_one_form_does_not_reach_the_next(request_context):
    Contact()
    first = Contact()
    first.name.label.text = "Changed"
    first.name.flags.required = True
    first.name.render_kw["class"] = "narrow"
    first.kind.choices.append("c")
    first.day.format.append("%d.%m.%Y")
    first.name.data = "Ada"

    second = Contact()

    assert second.name.label.text == "Name"
    assert second.name.flags.required is None
    assert second.name.flags.maxlength == 9
    assert second.name.render_kw == {"class": "wide"}
    assert second.kind.choices == ["a", "b"]
    assert second.day.format == ["%Y-%m-%d"]
    assert second.name.data is None


def test_an_id_of_the_site_is_kept(request_context):
    Contact()
    form = Contact(prefix="b")

    assert (form.day.id, form.day.label.field_id) == ("a-day", "a-day")
    assert (form.name.id, form.name.name, form.name.short_name) == (
        "b-name",
        "b-name",
        "name",
    )


def test_what_somebody_changes_in_the_class_is_seen(request_context):
    class Changed(Form):
        name = wtforms.StringField("Name", [Length(max=9)])
        mail = wtforms.StringField("Mail", render_kw={"class": "x"})
        kind = wtforms.SelectField("Kind", choices=["a"])

    Changed()
    Changed.name.args[1].append(DataRequired())
    Changed.mail.kwargs["render_kw"]["class"] = "y"
    Changed.kind.kwargs["choices"].append("b")
    Changed.kind.kwargs["description"] = "A hint"
    form = Changed()

    assert form.name.flags.required
    assert form.mail.render_kw == {"class": "y"}
    assert form.kind.choices == ["a", "b"]
    assert form.kind.description == "A hint"


def test_choices_that_look_something_up_are_asked_for_each_form(request_context):
    rows = ["a"]

    class Rows:
        def __iter__(self):
            return iter(list(rows))

    class Chosen(Form):
        kind = wtforms.SelectField("Kind", choices=Rows())

    Chosen()
    rows.append("b")

    assert Chosen().kind.choices == ["a", "b"]


def test_a_constructor_of_the_site_runs_for_each_field(request_context):
    made = []

    class Mixed:
        def __init__(self, *args, **kwargs):
            made.append(kwargs["name"])
            super().__init__(*args, **kwargs)

    class Own(Mixed, wtforms.StringField):
        pass

    class Inner(wtforms.SelectField, Mixed):
        """Its own constructor is called by that of WTForms."""

    class WithOwn(Form):
        name = Own("Name")
        kind = Inner("Kind", choices=["a"])

    WithOwn()
    WithOwn()

    assert made == ["name", "name"]


def test_flags_that_a_validator_decides_are_asked_for_each_form(request_context):
    most = [3]

    class Most:
        @property
        def field_flags(self):
            return {"maxlength": most[0]}

        def __call__(self, form, field):
            pass

    class Limited(Form):
        name = wtforms.StringField("Name", [Most()])

    Limited()
    most[0] = 5

    assert Limited().name.flags.maxlength == 5


def test_labels_are_in_the_language_of_each_form(request_context):
    class Words:
        def __init__(self, language):
            self.language = language

        def gettext(self, text):
            return f"{self.language}:{text}"

        def ngettext(self, singular, plural, num):
            return singular

    class Spoken(Form):
        first_name = wtforms.StringField()
        lazy = wtforms.StringField(lazy_gettext("Name"))

        class Meta:
            language = "en"

            def get_translations(self, form):
                return Words(self.language)

    Spoken()
    form = Spoken(meta={"language": "zh"})

    assert form.first_name.label.text == "zh:First Name"
    assert form.first_name.gettext("No") == "zh:No"
    assert form.lazy.label.text is Spoken.lazy.args[0]


def test_a_field_that_only_looks_plain_is_made_by_wtforms(request_context):
    class Quiet(wtforms.StringField):
        @property
        def name(self):
            return self._name

        @name.setter
        def name(self, value):
            self._name = value

    class Hinted(wtforms.StringField):
        @property
        def description(self):
            return self._hints

        @description.setter
        def description(self, value):
            self._hints = {value}

    class WithQuiet(Form):
        name = Quiet("Name")
        hinted = Hinted("Hinted", description="a")

    WithQuiet().hinted.description.add("b")
    form = WithQuiet(prefix="b")

    assert form.name.name == "b-name"
    assert form.hinted.description == {"a"}


def test_the_field_of_the_token_knows_the_protection_of_a_site(request_context):
    class Strict(SessionCSRF):
        def validate_csrf_token(self, form, field):
            raise wtforms.ValidationError("No")

    class Guarded(Form):
        class Meta:
            csrf_class = Strict

    Contact()
    Guarded()
    form = Guarded()

    assert not form.validate()
    assert form.errors == {"csrf_token": ["No"]}
    assert "csrf_token" in Contact()


def test_a_second_form_costs_less_than_wtforms_takes(request_context):
    twin = make_twin(Contact)

    # Constructors, flags, checks of validators: all are decided.
    assert count_calls(Contact) <= count_calls(twin) - 4 * len(list(Contact()))
