"""Texts that visitors read."""

from carboy.translation import gettext, lazy_gettext, ngettext


def test_without_languages_texts_are_english():
    assert gettext("Save") == "Save"
    assert gettext("%(n)d files", n=2) == "2 files"
    assert ngettext("%(num)s file", "%(num)s files", 1) == "1 file"
    assert ngettext("%(num)s file", "%(num)s files", 2) == "2 files"


def test_a_percent_sign_without_variables_stays():
    assert gettext("100 %") == "100 %"


def test_a_lazy_text_is_a_text_when_it_is_shown():
    text = lazy_gettext("Hello %(name)s", name="Ada")
    assert str(text) == "Hello Ada"
    assert text == "Hello Ada"
    assert f"{lazy_gettext('Save')}" == "Save"
    assert lazy_gettext("At most %s") % 3 == "At most 3"
