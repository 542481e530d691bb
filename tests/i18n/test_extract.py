"""Finding marked texts."""

import pytest

from carboy.i18n.catalogue import read_text_file
from carboy.i18n.extract import extract_catalog, to_mo, to_po, update_catalog


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "app.py").write_text(
        "from carboy.i18n import _, ngettext, lazy_pgettext\n"
        "_('Save')\nngettext('%(num)s file', '%(num)s files', 2)\n"
        "lazy_pgettext('month', 'May')\nprint('not marked')\n"
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{{ _('Title') }}{% trans %}Hello {{ name }}{% endtrans %}<p>no</p>"
    )
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "other.py").write_text("_('Hidden')")
    return tmp_path


def test_texts_of_code_and_templates_are_found(folder):
    catalog = extract_catalog(folder, ["jinja2.ext.i18n"])
    found = {
        (m.id[0] if isinstance(m.id, tuple) else m.id, m.context)
        for m in catalog
        if m.id
    }
    assert found == {
        ("Save", None),
        ("%(num)s file", None),
        ("May", "month"),
        ("Title", None),
        ("Hello %(name)s", None),
    }


def test_the_same_texts_make_the_same_file(folder):
    first = to_po(extract_catalog(folder, ["jinja2.ext.i18n"]))
    assert first == to_po(extract_catalog(folder, ["jinja2.ext.i18n"]))
    assert b"Generated-By" not in first


def test_translations_stay_when_texts_change(folder, write_po):
    file = write_po("de", 'msgid "Save"\nmsgstr "Speichern"\n')
    catalog = read_text_file(file)
    update_catalog(catalog, extract_catalog(folder, ["jinja2.ext.i18n"]))
    assert catalog.get("Save").string == "Speichern"
    assert not catalog.get("Title").string
    assert to_mo(catalog)[:4] in {b"\xde\x12\x04\x95", b"\x95\x04\x12\xde"}


def test_a_call_is_found_wherever_its_bracket_is(tmp_path):
    """Files without a call are not read further: none with one may be left out."""
    (tmp_path / "app.py").write_text("_ \\\n('one')\nlazy_gettext\t('two')\n")
    for number, call in enumerate(["_('a')", "object.ui_text('b')", "x=_n('c','d',1)"]):
        (tmp_path / f"file{number}.py").write_text(call)
    (tmp_path / "none.py").write_text("for _ in ['no']:\n    print('no', _)\n")

    found = {m.id for m in extract_catalog(tmp_path) if m.id}

    assert found >= {"one", "two", "a", "b", ("c", "d")}
    assert not [text for text in found if "no" in text]
