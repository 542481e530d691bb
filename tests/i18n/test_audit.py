"""What is wrong with a catalogue file."""

import pytest
from babel.messages.catalog import Catalog

from carboy.i18n.audit import audit_file, to_strings
from carboy.i18n.catalogue import read_text_file
from carboy.i18n.extract import to_po

SOUND = 'msgid "Save"\nmsgstr "Speichern"\n'


def make_template(*ids):
    template = Catalog(charset="utf-8")
    for each in ids:
        template.add(each, None)
    return template


def kinds(file, template):
    return {problem.kind for problem in audit_file(file, template)}


def test_a_sound_file_has_no_problem(write_po):
    file = write_po("de", SOUND)
    file.write_bytes(to_po(read_text_file(file)))
    assert list(audit_file(file, make_template("Save"))) == []


@pytest.mark.parametrize(
    ("text", "ids", "kind"),
    [
        (SOUND, ["Save", "Delete"], "missing"),
        ('msgid "Save"\nmsgstr ""\n', ["Save"], "missing"),
        (SOUND, [], "unused"),
        ("#, fuzzy\n" + SOUND, ["Save"], "fuzzy"),
        (SOUND, ["Save"], "not normalised"),
        ('msgid "Hi %(name)s"\nmsgstr "Hallo"\n', ["Hi %(name)s"], "placeholder"),
        ('msgid "Hi"\nmsgstr "Hallo %(who)s"\n', ["Hi"], "placeholder"),
        ('msgid "a {x}"\nmsgstr "a {y}"\n', ["a {x}"], "placeholder"),
    ],
)
def test_each_problem_is_found(write_po, text, ids, kind):
    assert kind in kinds(write_po("de", text), make_template(*ids))


def test_a_language_with_two_forms_needs_both(write_po):
    text = (
        'msgid "%(num)s file"\nmsgid_plural "%(num)s files"\n'
        'msgstr[0] "%(num)s Datei"\nmsgstr[1] ""\n'
    )
    file = write_po("de", text, "nplurals=2; plural=(n != 1);")
    template = make_template(("%(num)s file", "%(num)s files"))
    assert "plural" in kinds(file, template)


def test_texts_and_forms_are_tuples():
    assert to_strings(None) == ("",)
    assert to_strings("a") == ("a",)
    assert to_strings(["a", None]) == ("a", "")
