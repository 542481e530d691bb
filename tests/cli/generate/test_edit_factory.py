"""`create_app` is edited where the place is certain, and else left alone."""

import pytest

from carboy.cli.generate.edit_factory import (
    UnknownShapeError,
    add_line,
    add_package_import,
    add_sibling_import,
    find_app_name,
)

SOURCE = '''"""Shop."""

from carboy import Carboy

from . import ext, views
from .settings import Settings


def create_app(settings=None):
    """Create the app."""
    site = Carboy(__name__)
    site.use(ext.db)
    return site
'''


def test_a_line_is_added_before_the_end():
    assert find_app_name(SOURCE) == "site"
    assert add_line(SOURCE, "site.use(x)").endswith(
        "    site.use(ext.db)\n    site.use(x)\n    return site\n"
    )


def test_siblings_stay_sorted():
    source = add_sibling_import(SOURCE, "products")
    source = add_sibling_import(source, "tidy as tidy")

    assert "from . import ext, products, views\nfrom . import tidy as tidy\n" in source


def test_a_file_without_siblings_gets_the_line():
    source = SOURCE.replace("from . import ext, views\n", "")

    assert "from . import a\nfrom .settings" in add_sibling_import(source, "a")
    source = source.replace("from .settings import Settings\n", "")
    assert "Carboy\n\nfrom . import a\n" in add_sibling_import(source, "a")


def test_a_package_is_imported_beside_its_like():
    source = add_package_import(SOURCE, "carboy.ui", "UI")
    source = add_package_import(source, "carboy.forms", "Forms")
    source = add_package_import(source, "carboy", "Settings")

    assert (
        "from carboy import Carboy, Settings\nfrom carboy.forms import Forms\n"
        "from carboy.ui import UI\n"
    ) in source


@pytest.mark.parametrize(
    "source",
    [
        "app = 1\n",
        "def create_app(:\n",
        "def create_app():\n    if 1:\n        return 1\n",
        "def create_app():\n    return Carboy(__name__)\n",
    ],
)
def test_a_shape_that_is_not_known_is_left_alone(source):
    with pytest.raises(UnknownShapeError):
        add_line(source, f"{find_app_name(source)}.use()")
