"""One catalogue per language: the built-in texts below those of the site."""

import pytest

from carboy.i18n import CatalogueError, gettext, ngettext, npgettext, pgettext
from carboy.i18n.audit import audit_file
from carboy.i18n.builtin import audit_builtin
from carboy.i18n.catalogue import read_text_file

RU = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 "
    "&& (n%100<10 || n%100>=20) ? 1 : 2);"
)
AR = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
    ": n%100>=11 && n%100<=99 ? 4 : 5);"
)
FILES = 'msgid "%(num)s file"\nmsgid_plural "%(num)s files"\n'


def count(num):
    return ngettext("%(num)s file", "%(num)s files", num)


def test_our_own_catalogue_is_complete_and_normalised():
    assert list(audit_builtin()) == []


def test_the_site_wins_over_the_built_in_texts(make_app, write_po):
    write_po("zh_CN", 'msgid "Save"\nmsgstr "存"\n')
    with make_app().test_request_context("/?lang=zh-CN"):
        assert gettext("Save") == "存"
        assert gettext("Cancel") == "取消"
        assert gettext("Unknown text") == "Unknown text"
        assert gettext("") == ""


def test_plural_rules_of_the_languages(make_app, write_po):
    forms = "".join(f'msgstr[{n}] "{form} %(num)s"\n' for n, form in enumerate("abc"))
    write_po("ru", FILES + forms, RU)
    forms = "".join(
        f'msgstr[{n}] "{form} %(num)s"\n' for n, form in enumerate("abcdef")
    )
    write_po("ar", FILES + forms, AR)
    write_po("zh_CN", FILES + 'msgstr[0] "%(num)s 个文件"\n')
    app = make_app()
    with app.test_request_context("/?lang=ru"):
        assert [count(n)[0] for n in (1, 2, 5, 11, 21, 22, 112)] == [*"abccabc"]
    with app.test_request_context("/?lang=ar"):
        assert [count(n)[0] for n in (0, 1, 2, 3, 11, 100)] == [*"abcdef"]
    with app.test_request_context("/?lang=zh-CN"):
        assert count(1) == "1 个文件"
        assert count(2.5) == "2.5 个文件"
    with app.test_request_context("/?lang=en"):
        assert count(1) == "1 file"


def test_contexts_keep_texts_apart(make_app, write_po):
    write_po(
        "zh_CN",
        'msgctxt "month"\nmsgid "May"\nmsgstr "五月"\n\nmsgid "May"\nmsgstr "可以"\n',
    )
    with make_app().test_request_context("/?lang=zh-CN"):
        assert pgettext("month", "May") == "五月"
        assert gettext("May") == "可以"
        assert npgettext("month", "a", "b", 2) == "b"


def test_a_language_without_a_file_is_english(make_app):
    with make_app("en,sw").test_request_context("/?lang=sw"):
        assert gettext("Save") == "Save"


def test_a_broken_file_is_named(make_app, write_po):
    file = write_po("zh_CN", 'msgid "Save\nmsgstr "存"\n')
    with (
        make_app().test_request_context("/?lang=zh-CN"),
        pytest.raises(CatalogueError, match="not a catalogue") as error,
    ):
        gettext("Save")
    assert str(file) in str(error.value)


def test_a_damaged_compiled_file_is_named(make_app, tmp_path):
    file = tmp_path / "translations/zh_CN/LC_MESSAGES/messages.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no catalogue")
    with (
        make_app().test_request_context("/?lang=zh-CN"),
        pytest.raises(CatalogueError, match="carboy i18n compile"),
    ):
        gettext("Save")


def test_an_audit_finds_each_kind_of_problem(write_po):
    file = write_po(
        "ru",
        '#, fuzzy\nmsgid "Guess"\nmsgstr "a"\n\n'
        'msgid "Hi %(name)s"\nmsgstr "a %(nam)s"\n\n'
        'msgid "Empty"\nmsgstr ""\n\n' + FILES + 'msgstr[0] "a"\nmsgstr[1] "b"\n',
        RU,
    )
    template = read_text_file(
        write_po("xx", 'msgid "New"\nmsgstr ""\n\nmsgid "Guess"\nmsgstr ""\n')
    )
    kinds = {problem.kind for problem in audit_file(file, template)}

    assert kinds == {
        "missing", "unused", "fuzzy", "placeholder", "plural", "not normalised",
    }  # fmt: skip
