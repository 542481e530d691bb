"""`carboy i18n` leads from a marked text to a translated page."""

import pytest

from carboy import Carboy, Settings


@pytest.fixture
def site(tmp_path):
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "page.html"
    page.write_text("<p>{{ _('Open the shop') }}</p>", encoding="utf-8")
    settings = Settings.load(
        {},
        root=tmp_path,
        environ={"CARBOY_PROFILE": "testing", "LANGUAGES": "en,zh-CN"},
    )
    app = Carboy(
        "shop",
        root_path=str(tmp_path),
        instance_path=str(tmp_path),
        settings=settings,
    )
    app.use()
    return app


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["i18n", *arguments])


def test_a_text_is_extracted_translated_compiled_and_checked(site, tmp_path):
    file = tmp_path / "translations/zh_CN/LC_MESSAGES/messages.po"

    assert run(site, "extract").exit_code == 0
    assert "Open the shop" in (tmp_path / "translations/messages.pot").read_text()
    assert run(site, "init", "zh-CN").exit_code == 0
    missing = run(site, "check")
    assert missing.exit_code == 1
    assert "Open the shop" in missing.output
    text = file.read_text(encoding="utf-8")
    text = text.replace(
        'msgid "Open the shop"\nmsgstr ""', 'msgid "Open the shop"\nmsgstr "打开商店"'
    )
    file.write_text(text, encoding="utf-8")
    assert run(site, "update").exit_code == 0
    assert run(site, "compile").exit_code == 0
    assert file.with_suffix(".mo").is_file()
    assert run(site, "check").exit_code == 0, run(site, "check").output


def test_init_does_not_overwrite_a_catalogue(site):
    run(site, "init", "zh-CN")

    answer = run(site, "init", "zh-CN")

    assert answer.exit_code == 1
    assert "exists already" in answer.output


def test_update_without_a_catalogue_names_the_way_out(site):
    answer = run(site, "update")

    assert answer.exit_code == 1
    assert "carboy i18n init" in answer.output
