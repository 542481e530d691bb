"""If this passes, changes of code and settings restart a site, and no others do."""

import pytest
from watchfiles import Change

from carboy.cli.dev.code_watcher import CodeFilter, describe


@pytest.mark.parametrize(
    "name", ["shop/views.py", "settings.toml", "pyproject.toml", ".env", "manage.py"]
)
def test_code_and_settings_are_watched(tmp_path, name):
    assert CodeFilter(tmp_path)(Change.modified, str(tmp_path / name))


@pytest.mark.parametrize(
    "name",
    [
        "shop/templates/home.html",
        "shop/static/site.css",
        "shop/static/tool.py",
        "instance/shop.db",
        "instance/note.py",
        ".venv/lib/x.py",
        ".git/x.py",
        "__pycache__/x.py",
        "README.md",
    ],
)
def test_other_files_are_ignored(tmp_path, name):
    assert not CodeFilter(tmp_path)(Change.modified, str(tmp_path / name))


def test_folders_above_the_project_may_have_ignored_names(tmp_path):
    root = tmp_path / "build" / "shop"
    root.mkdir(parents=True)

    assert CodeFilter(root)(Change.modified, str(root.resolve() / "views.py"))


def test_a_few_files_are_named_and_many_are_counted(tmp_path):
    def changes(*names):
        return {(Change.modified, str(tmp_path.resolve() / name)) for name in names}

    assert describe(changes("shop/a.py"), tmp_path) == "shop/a.py"
    assert describe(changes("b.py", "a.py"), tmp_path) == "a.py, b.py"
    assert describe(changes(*"abcdef"), tmp_path) == "a and 5 more files"
