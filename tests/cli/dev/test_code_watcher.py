"""If this passes, code and settings start a site again, and nothing else does."""

import pytest
from watchfiles import Change

from carboy.cli.dev.code_watcher import CodeFilter, describe


@pytest.mark.parametrize(
    "name", ["shop/views.py", "settings.toml", "pyproject.toml", ".env", "manage.py"]
)
def test_code_and_settings_matter(tmp_path, name):
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
def test_the_rest_does_not(tmp_path, name):
    assert not CodeFilter(tmp_path)(Change.modified, str(tmp_path / name))


def test_the_name_of_a_folder_above_does_not_matter(tmp_path):
    root = tmp_path / "build" / "shop"
    root.mkdir(parents=True)

    assert CodeFilter(root)(Change.modified, str(root.resolve() / "views.py"))


def test_a_few_files_are_named_and_many_counted(tmp_path):
    def changes(*names):
        return {(Change.modified, str(tmp_path.resolve() / name)) for name in names}

    assert describe(changes("shop/a.py"), tmp_path) == "shop/a.py"
    assert describe(changes("b.py", "a.py"), tmp_path) == "a.py, b.py"
    assert describe(changes(*"abcdef"), tmp_path) == "a and 5 more files"
