"""Generated texts are marked in a project with languages, and plain elsewhere."""

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from carboy.cli.generate.generate import Generator
from carboy.cli.generate.marked_texts import MarkedTexts
from carboy.cli.new import ProjectOptions, create_project
from tests.cli.generate.test_command import (
    CONTACT,
    PRODUCT,
    add_form,
    generate,
    run,
)

# Any call that marks a text.
MARK = re.compile(r"\b_l?\(|gettext")


def add_module(generator):
    generator.add_module(as_wheel=False)


def grow(folder, *installed):
    """Generate what visitors read, in a project whose default language is Chinese."""
    create_project(ProjectOptions("shop", "full", "sqlite"), folder)
    names = ("forms", "ui", *installed)
    generate(folder, names, Generator.add_resource, "author", "name:string:80!:unique")
    generate(folder, names, Generator.add_resource, "product", *PRODUCT)
    generate(folder, names, Generator.add_resource, "level", "number:integer!")
    generate(folder, names, add_form, "contact", *CONTACT)
    generate(folder, names, Generator.add_task, "reindex_books")
    generate(folder, names, add_module, "blog")
    return folder


@pytest.fixture(scope="module")
def translated(tmp_path_factory):
    folder = grow(tmp_path_factory.mktemp("translated") / "shop", "i18n")
    settings = folder / "shop" / "settings.py"
    text = settings.read_text()
    line = '    LANGUAGES = ("en", "zh-CN")'
    assert f"    # {line.strip()}" in text
    mine = line.replace('"en", "zh-CN"', '"zh-CN", "en"')
    settings.write_text(text.replace(f"    # {line.strip()}", mine))
    return folder


def test_all_texts_of_visitors_are_extracted(translated):
    run(translated, "carboy", "i18n", "extract")

    with (translated / "shop" / "translations" / "messages.pot").open("rb") as file:
        texts = {message.id for message in read_po(file)}
    assert texts >= {
        *("Products", "Product", "Add a product", "Edit %(name)s", "Save"),
        *("No products yet", "What you add is listed here.", "Delete this product?"),
        *("The product was added.", "The product was saved."),
        *("The product was deleted.", "Price", "Enter a price", "Choose an author"),
        *("Draft", "Published", "Yes", "No", "Enter valid JSON.", "Enter a UUID."),
        *("Level %(number)s", "Name", "Topic", "Support", "Step %(number)s"),
        *("Blog", "No items yet", "Field", "Value"),
    }


def test_no_generated_template_has_a_text_that_nobody_marked(translated):
    result = subprocess.run(
        [sys.executable, "-m", "carboy", "i18n", "check"],
        cwd=translated,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    unmarked = [
        line
        for line in (result.stdout + result.stderr).splitlines()
        if re.search(r"(authors|products|levels|blog)/templates", line)
    ]
    assert unmarked == []


def test_a_generated_project_with_languages_passes_its_own_checks(
    translated, mypy_cache
):
    run(translated, "ruff", "check", "--no-cache")
    run(translated, "ruff", "format", "--check", "--no-cache")
    # The form has all kinds of marks; the rest is checked without languages.
    form = "shop/products/forms.py"
    run(translated, "mypy", "--cache-dir", str(mypy_cache), form)
    tests = ("tests/test_products.py", "-p", "no:cacheprovider")
    assert " passed" in run(translated, "pytest", "-q", *tests)


def test_a_project_without_languages_has_plain_texts(tmp_path):
    folder = grow(tmp_path / "shop")

    for part in ("authors", "products", "levels", "blog"):
        for file in (folder / "shop" / part).rglob("*.*"):
            if file.suffix in {".py", ".html"}:
                assert not MARK.search(file.read_text()), file


def test_a_text_is_source_code_or_html():
    marked, plain = MarkedTexts(is_marked=True), MarkedTexts(is_marked=False)

    assert [marked.now("A"), plain.now("A")] == ['_("A")', '"A"']
    assert [marked.lazy("A"), plain.lazy("A")] == ['_l("A")', '"A"']
    assert [marked.html("A"), plain.html("A")] == ['{{ _("A") }}', "A"]
