"""A generated module works alone, in its site and as a wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

import hatchling
import pytest

from carboy.cli.generate.changes import FileChanges
from carboy.cli.generate.generate import Generator
from carboy.cli.generate.names import parse_name
from carboy.cli.generate.site import Site
from carboy.errors import ConfigError


@pytest.fixture
def site(project):
    return Site(project, "shop", frozenset({"forms", "ui"}))


def add(site, name, *, as_wheel=False):
    generator = Generator(site, parse_name(name), (), FileChanges(site.folder))
    generator.add_module(as_wheel=as_wheel)
    generator.changes.write()
    return generator


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("as_wheel", [False, True])
def test_a_module_passes_its_tests_and_the_checks_alone(site, as_wheel):
    add(site, "stock", as_wheel=as_wheel)

    folder = site.folder / "packages" / "stock" if as_wheel else site.folder
    run(folder, "-m", "pytest", "-q", "tests/test_stock.py")
    run(folder, "-m", "ruff", "check", ".")
    run(folder, "-m", "ruff", "format", "--check", ".")
    run(folder, "-m", "mypy")


def test_two_modules_of_a_site_are_installed_migrated_and_used(site):
    add(site, "stock")
    add(site, "price_list")

    out = run(site.folder, "manage.py", "db", "upgrade")
    assert "Create the table stock_item" in out
    assert "Create the table price_list_item" in out
    assert run(site.folder, "manage.py", "stock", "count") == "Items: 0\n"
    assert run(site.folder, "manage.py", "price-list", "count") == "Items: 0\n"
    run(site.folder, "manage.py", "db", "migrate", "-m", "notes")
    (migration,) = (site.folder / "migrations" / "versions").glob("*.py")
    assert "_item" not in migration.read_text()
    run(site.folder, "manage.py", "db", "upgrade")
    run(site.folder, "manage.py", "db", "check")


def test_the_wheel_of_a_module_has_its_files(site):
    add(site, "stock", as_wheel=True)
    home = site.folder / "packages" / "stock"

    run(home, "-m", hatchling.__name__, "build", "-t", "wheel")

    (wheel,) = (home / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"stock/templates/stock/index.html", "stock/static/stock.css"} <= names
    assert any(name.startswith("stock/migrations/") for name in names)
    installed = site.folder / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    source = site.factory.read_text()
    source = source.replace(
        "    return app", "    app.use(stock.Stock())\n    return app"
    )
    path = f'import sys\nsys.path.insert(0, "{installed}")\nimport stock\n'
    site.factory.write_text(source.replace("from carboy", f"{path}from carboy", 1))
    assert "stock_item" in run(site.folder, "manage.py", "db", "upgrade")
    assert run(site.folder, "manage.py", "stock", "count") == "Items: 0\n"


def test_names_that_are_taken_are_refused(site):
    with pytest.raises(ConfigError, match="package of the site is called 'shop'"):
        add(site, "shop", as_wheel=True)
    (site.root / "stock.py").write_text("mine = 1\n")
    with pytest.raises(ConfigError, match=r"shop/stock\.py exists already"):
        add(site, "stock")
