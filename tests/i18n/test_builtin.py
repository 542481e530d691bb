"""The built-in translations."""

from carboy.i18n import builtin


def test_the_words_of_forms_and_of_wtforms_are_found():
    template = builtin.extract_builtin()
    assert template.get("There is a problem") is not None
    assert template.get("This field is required.") is not None


def test_chinese_is_there():
    assert [file.parts[-3] for file in builtin.list_builtin()] == ["zh_CN"]


def test_a_missing_translation_is_found(tmp_path, monkeypatch):
    (source,) = builtin.list_builtin()
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    copied = folder / source.name
    text = source.read_text(encoding="utf-8")
    start = text.index('msgid "Add another"')
    end = text.index("\n\n", start)
    copied.write_text(text[:start] + text[end + 2 :], encoding="utf-8")
    monkeypatch.setattr(builtin, "OWN_FOLDER", tmp_path)

    problems = {(p.kind, p.text) for p in builtin.audit_builtin()}
    assert ("missing", "Add another") in problems
    assert ("not compiled", "carboy.mo") in problems

    changed = list(builtin.update_builtin())
    assert copied.with_suffix(".mo") in changed
    assert list(builtin.update_builtin()) == []
