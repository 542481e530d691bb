"""The marks of texts work without the battery for languages."""

import copy

import pytest
from markupsafe import Markup

from carboy import translation
from carboy.translation import (
    get_language,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    lazy_npgettext,
    lazy_pgettext,
    ngettext,
    npgettext,
    pgettext,
)


@pytest.fixture(autouse=True)
def no_battery(monkeypatch):
    monkeypatch.setattr(translation.hook, "find", None)


def test_a_text_is_english_with_its_variables_filled_in():
    assert gettext("%(n)d files", n=2) == "2 files"
    assert pgettext("month", "May") == "May"
    assert get_language() == ""


def test_a_text_without_variables_may_contain_a_percent_sign():
    assert gettext("100 %") == "100 %"


@pytest.mark.parametrize(
    ("num", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1.5, "1.5 files")]
)
def test_the_number_chooses_the_form(num, text):
    assert ngettext("%(num)s file", "%(num)s files", num) == text
    assert npgettext("disk", "%(num)s file", "%(num)s files", num) == text
    assert lazy_ngettext("%(num)s file", "%(num)s files", num) == text
    assert lazy_npgettext("disk", "%(num)s file", "%(num)s files", num) == text


def test_a_lazy_text_acts_as_a_str():
    text = lazy_gettext("Save")

    assert text.upper() == "SAVE"
    assert text + "d" == "Saved"
    assert "Not " + text == "Not Save"
    assert f"{text:>6}" == "  Save"
    assert sorted([text, lazy_pgettext("x", "Add")]) == ["Add", "Save"]
    assert {text: 1}["Save"] == 1
    assert text != 1
    assert list(text) == ["S", "a", "v", "e"]
    assert copy.copy(text) == text


def test_a_lazy_text_is_escaped_in_html():
    assert Markup("<p>{}</p>").format(lazy_gettext("a < b")) == "<p>a &lt; b</p>"
