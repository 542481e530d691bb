"""What cannot be generated here says why, and nothing is written."""

import pytest

from carboy.cli.generate.changes import FileChanges
from carboy.cli.generate.fields import parse_fields
from carboy.cli.generate.generate import Generator
from carboy.cli.generate.names import parse_name
from carboy.errors import ConfigError


@pytest.fixture
def make(site):
    def make(name, *fields):
        return Generator(
            site, parse_name(name), parse_fields(fields), FileChanges(site.folder)
        )

    return make


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("note", ["title"], "a model Note in shop.models already"),
        ("book", ["author:references"], "no such model. There are:.* Note"),
        ("page", ["parent:references:Page!"], "there could be no first one"),
    ],
)
def test_a_model_that_cannot_be_says_why(make, name, fields, message):
    with pytest.raises(ConfigError, match=message):
        make(name, *fields).add_model()


def test_what_the_project_lacks_is_named(make, site):
    (site.root / "ext.py").write_text("")

    with pytest.raises(ConfigError, match=r"ext\.py has no `db = SQLAlchemy"):
        make("book", "title").add_model()
    with pytest.raises(ConfigError, match=r"ext\.py has no `tasks = Tasks"):
        make("tidy").add_task()


def test_forms_need_fields_and_no_references(make):
    with pytest.raises(ConfigError, match="needs a field"):
        make("contact").add_form(has_model=False)
    with pytest.raises(ConfigError, match="generate a resource"):
        make("contact", "note:references").add_form(has_model=False)


def test_a_factory_of_another_shape_is_left_alone_and_the_lines_are_printed(make, site):
    site.factory.write_text("app = object()\n")
    generator = make("tidy_up")

    generator.add_command()

    assert site.factory not in generator.changes.edited
    assert (
        "from . import tidy_up; app.cli.add_command(tidy_up.tidy_up)"
        in (generator.changes.notes[0])
    )


def test_the_package_of_a_resource_takes_no_module_s_place(make, site):
    (site.root / "books.py").write_text("mine = 1\n")
    generator = make("book", "title")
    generator.add_resource()

    with pytest.raises(ConfigError, match=r"shop/books\.py exists already"):
        generator.changes.require_free()


def test_a_resource_is_in_the_navigation_only_if_its_pages_are_installed(make, site):
    layout = site.root / "templates" / "layout.html"
    generator = make("order_item", "title")
    generator.add_resource()

    link = '("Order items", url_for("order_items.index")),'
    assert link in generator.changes.edited[layout]
    assert "/order-items/ lists the order items" in generator.changes.notes

    site.factory.write_text("app = object()\n")
    generator = make("order_item", "title")
    generator.add_resource()

    assert layout not in generator.changes.edited
