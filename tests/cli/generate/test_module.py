"""A generated module works alone and in its site; its wheel is in test_module_wheel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from carboy.cli.generate.changes import FileChanges
from carboy.cli.generate.generate import Generator
from carboy.cli.generate.names import parse_name
from carboy.cli.generate.site import Site
from carboy.cli.new import ProjectOptions, create_project
from carboy.errors import ConfigError
from tests.cli.conftest import CLEARED_VARIABLES

# One process instead of one for each command: most of each would be imports.
COMMANDS = """
from shop import create_app

runner = create_app().test_cli_runner()
for words in (
    "db upgrade", "stock count", "price-list count", "db migrate -m notes",
    "db upgrade", "db check",
):
    result = runner.invoke(args=words.split(), catch_exceptions=False)
    print(f"{words}: {result.exit_code} {result.output}")
"""


def add(site, name, *, as_wheel=False):
    generator = Generator(site, parse_name(name), (), FileChanges(site.folder))
    generator.add_module(as_wheel=as_wheel)
    generator.changes.write()
    return generator


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Return a site with two modules in its package, and one that is a wheel."""
    folder = tmp_path_factory.mktemp("modules") / "shop"
    create_project(ProjectOptions("shop", "full", "sqlite"), folder)
    site = Site(folder, "shop", frozenset({"forms", "ui"}))
    add(site, "stock")
    add(site, "price_list")
    add(site, "depot", as_wheel=True)
    return folder


@pytest.fixture
def site(project):
    return Site(project, "shop", frozenset({"forms", "ui"}))


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        check=False,
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_module_passes_its_tests_without_the_app_of_the_site(grown):
    names = ("tests/test_stock.py", "tests/test_price_list.py")

    assert "4 passed" in run(grown, "-m", "pytest", "-q", *names)


def test_a_module_of_a_wheel_passes_its_tests_alone(grown):
    home = grown / "packages" / "depot"

    assert "2 passed" in run(home, "-m", "pytest", "-q")


def test_modules_pass_the_linter_with_the_settings_of_their_own_project(grown):
    run(grown, "-m", "ruff", "check", "--no-cache")
    run(grown, "-m", "ruff", "format", "--check", "--no-cache")


def test_modules_pass_mypy(grown, mypy_cache):
    for home in (grown, grown / "packages" / "depot"):
        run(home, "-m", "mypy", "--cache-dir", str(mypy_cache))


def test_two_modules_of_a_site_are_installed_migrated_and_used(grown):
    out = run(grown, "-c", COMMANDS)

    assert "Create the table stock_item" in out
    assert "Create the table price_list_item" in out
    assert "stock count: 0 Items: 0\n" in out
    assert "price-list count: 0 Items: 0\n" in out
    assert "db check: 0 " in out
    (migration,) = (grown / "migrations" / "versions").glob("*.py")
    assert "note" in migration.read_text()
    assert "_item" not in migration.read_text()


def test_names_that_are_taken_are_refused(site):
    with pytest.raises(ConfigError, match="package of the site is called 'shop'"):
        add(site, "shop", as_wheel=True)
    (site.root / "stock.py").write_text("mine = 1\n")
    with pytest.raises(ConfigError, match=r"shop/stock\.py exists already"):
        add(site, "stock")
