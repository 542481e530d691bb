"""Catalogue files of a site."""

import pytest

from carboy.i18n import site_files


@pytest.fixture
def app(make_app, tmp_path):
    app = make_app("en,de")
    app.root_path = str(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.carboy]\n")
    (tmp_path / "views.py").write_text("_('Save')\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("<p>Not marked</p>")
    return app


def test_a_language_is_created_updated_and_compiled(app, tmp_path):
    with app.app_context():
        file = site_files.create_text_file(app, "de")
        assert file == tmp_path / "translations" / "de" / "LC_MESSAGES" / "messages.po"
        with pytest.raises(FileExistsError):
            site_files.create_text_file(app, "de")
        text = file.read_text()
        assert 'msgid "Save"' in text
        file.write_text(
            text.replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "S"')
        )
        (tmp_path / "views.py").write_text("_('Save')\n_('Delete')\n")
        site_files.update_text_file(file, site_files.extract_site(app))
        assert 'msgstr "S"' in file.read_text()
        assert 'msgid "Delete"' in file.read_text()
        assert site_files.compile_text_file(file).is_file()
        assert site_files.list_text_files(app) == [file]


def test_texts_that_nobody_marked_are_listed(app):
    with app.app_context():
        problems = [p for p in site_files.audit_site(app) if p.kind == "unmarked"]
    assert [problem.text for problem in problems] == ["Not marked"]


def test_templates_of_packages_beside_a_site_are_none_of_its_own(app, tmp_path):
    for name in (".venv/lib", "node_modules/editor", "venv/lib"):
        folder = tmp_path / name / "templates" / "admin"
        folder.mkdir(parents=True)
        (folder / "page.html").write_text("<p>Of a package</p>")
    (tmp_path / "shop" / "templates" / "shop").mkdir(parents=True)
    (tmp_path / "shop" / "templates" / "shop" / "home.html").write_text("<p>Home</p>")

    names = [file.name for file in site_files.list_templates(tmp_path)]

    assert names == ["home.html", "page.html"]
    with app.app_context():
        problems = list(site_files.audit_site(app))
    assert {problem.text for problem in problems} == {"Not marked", "Home"}


def test_a_site_without_catalogues_does_not_wait_for_its_code_to_be_read(
    app, monkeypatch
):
    monkeypatch.setattr(site_files, "extract_site", None)

    with app.app_context():
        assert len(list(site_files.audit_site(app))) == 1


def test_the_template_file_holds_all_texts(app, tmp_path):
    with app.app_context():
        file = site_files.write_template(app, site_files.extract_site(app))
    assert file.name == "messages.pot"
    assert 'msgid "Save"' in file.read_text()
