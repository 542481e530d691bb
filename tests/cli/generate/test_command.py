"""What is generated passes the project's own tests, linter and types."""

import os
import subprocess
import sys

import pytest

from carboy.cli.generate.changes import FileChanges
from carboy.cli.generate.fields import parse_fields
from carboy.cli.generate.generate import Generator
from carboy.cli.generate.names import parse_name
from carboy.cli.generate.site import Site
from carboy.cli.new import ProjectOptions, create_project
from tests.cli.conftest import CLEARED_VARIABLES

AUTHOR = ("name:string:80!:unique", "bio:text")
PRODUCT = (
    *("title:string:120!", "price:decimal:10.2!", "stock:integer", "weight:float"),
    *("active:boolean", "released:date", "sold_at:datetime"),
    *("status:enum:draft,published!", "extra:json", "key:uuid:unique"),
    *("author:references!", "editor:references:Author"),
    "a_long_name_of_a_field:string:200:unique",
)
CATEGORY = ("name!", "parent:references:Category")
CONTACT = ("name!", "mail", "topic:enum:sales,support", "at:datetime")


def generate(folder, installed, add, name, *fields):
    """Generate one thing, as the command does that `add` belongs to."""
    site = Site(folder, "shop", frozenset(installed))
    generator = Generator(
        site, parse_name(name), parse_fields(fields), FileChanges(folder)
    )
    add(generator)
    generator.changes.write()


def run(project, *words):
    """Run a program in the project; it must succeed."""
    result = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=project,
        env={k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def add_form(generator):
    generator.add_form(has_model=False)


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Return a project in which one of everything, with all types, was generated."""
    folder = tmp_path_factory.mktemp("grown") / "shop"
    create_project(ProjectOptions("shop", "full", "sqlite"), folder)
    generate(folder, (), Generator.add_resource, "author", *AUTHOR)
    installed = ("forms", "ui")
    generate(folder, installed, Generator.add_resource, "product", *PRODUCT)
    generate(folder, installed, Generator.add_model, "category", *CATEGORY)
    generate(folder, installed, add_form, "contact", *CONTACT)
    generate(folder, installed, Generator.add_task, "reindex_books")
    generate(folder, installed, Generator.add_command, "say-hello")
    return folder


def test_what_is_generated_passes_the_project_s_tests(grown):
    assert "23 passed" in run(grown, "pytest", "-q", "-p", "no:cacheprovider")


def test_what_is_generated_passes_the_project_s_linter(grown):
    run(grown, "ruff", "check", "--no-cache")
    run(grown, "ruff", "format", "--check", "--no-cache")


def test_what_is_generated_passes_mypy(grown, mypy_cache):
    run(grown, "mypy", "--cache-dir", str(mypy_cache))


def test_the_migrations_make_what_the_models_say(grown):
    run(grown, "carboy", "db", "upgrade")
    run(grown, "carboy", "db", "migrate", "-m", "the rest")

    # The note that `carboy new` writes has no migration yet. Nothing else differs.
    [written] = (grown / "migrations" / "versions").glob("*_the_rest.py")
    assert written.read_text().count("op.create_table(") == 1
    assert "op.alter_column" not in written.read_text()


def test_a_generated_command_runs(grown):
    assert "Nothing was done." in run(grown, "carboy", "say-hello", "--dry-run")


def read_all(folder):
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(project, carboy):
    before = read_all(project)

    result = carboy("generate", "resource", "author", "name!", "--dry-run")

    assert result.code == 0, result.err
    assert "+++ b/shop/authors/models.py" in result.out
    assert "+    app.use(authors.pages)" in result.out
    assert read_all(project) == before


def test_nothing_is_overwritten(project, carboy):
    carboy("generate", "command", "tidy")
    with (project / "shop" / "tidy.py").open("a") as file:
        file.write("# mine\n")
    before = read_all(project)

    result = carboy("generate", "command", "tidy")

    assert result.code == 1
    assert "tidy.py" in result.err
    assert "exists already. Nothing was written." in result.err
    assert read_all(project) == before


def test_a_mistake_is_one_line(project, carboy):
    result = carboy("generate", "model", "author", "name:strng")

    assert result.code == 1
    assert "Did you mean string?" in result.err
    assert "Traceback" not in result.err


def test_the_help_lists_types_and_options(carboy):
    result = carboy("generate", "resource", "--help")

    for word in ("references", "decimal:10.2", "status:enum:draft,published", "!"):
        assert word in result.out
