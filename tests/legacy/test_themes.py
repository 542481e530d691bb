"""If this passes, the table is whole: each file is listed, and each row can be read."""

from collections import Counter
from pathlib import Path

import carboy.legacy
from carboy.legacy import list_rows
from carboy.legacy.themes import (
    BROKEN,
    HOOKED,
    LIVING_MODULES,
    OLD_MODULES,
    find_old_theme,
    load_theme,
    rows_in,
)

FOLDER = Path(carboy.legacy.__file__).parent


def test_each_file_of_a_theme_is_listed():
    files = {
        f"{folder}.{path.stem}"
        for folder in ("names", "packages")
        for path in (FOLDER / folder).glob("*.py")
        if "ROWS" in path.read_text()
    }
    listed = {*OLD_MODULES.values(), *(t for f in LIVING_MODULES.values() for t in f)}

    assert files == listed


def test_a_name_has_one_row():
    counts = Counter((row.module, row.name) for row in list_rows())

    assert [name for name, count in counts.items() if count > 1] == []


def test_old_modules_are_made_by_the_file_that_lists_them():
    for module, theme in OLD_MODULES.items():
        modules = load_theme(theme).MODULES
        assert module in modules or module == "flask_uploads", module


def test_hooks_are_those_of_modules_that_are_watched():
    for theme in HOOKED:
        for module in load_theme(theme).HOOKS:
            assert theme in LIVING_MODULES[module]
    for files in LIVING_MODULES.values():
        for theme in set(files) - HOOKED:
            assert not hasattr(load_theme(theme), "HOOKS"), theme


def test_what_is_broken_is_an_old_package():
    assert OLD_MODULES.keys() >= BROKEN


def test_a_module_inside_of_an_old_one_has_its_file():
    assert find_old_theme("werkzeug.contrib.cache") == "names.werkzeug_contrib"
    assert find_old_theme("werkzeug.wrappers") is None


def test_rows_are_found_by_the_name_in_their_module():
    assert rows_in("flask")["Markup"].here == "markupsafe:Markup"
    assert rows_in("json") == {}
