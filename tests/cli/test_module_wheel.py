"""If this passes, the wheel of a generated module works in the site that installs it.

The site and its module live in an environment of their own, with the built wheels of
both and nothing of the folder in which the module was written.
"""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import build_wheel, make_environ, make_environment
from tests.cli.processes import request
from tests.cli.reader import Reader, run_program

PRODUCTION = {
    "CARBOY_PROFILE": "production",
    "HTTPS": "false",
    "TRUSTED_HOSTS": "127.0.0.1",
}


@pytest.fixture(scope="session")
def site(installed, carboy_wheel, tmp_path_factory):
    """A site whose module `shop` is an installed wheel, and its environment."""
    home = tmp_path_factory.mktemp("site")
    environ = make_environ(installed)
    run_program(["carboy", "new", "cellar"], cwd=home, env=environ)
    folder = home / "cellar"
    manage = ["python", "manage.py", "db"]
    run_program([*manage, "migrate", "-m", "first"], cwd=folder, env=environ)
    words = ["carboy", "generate", "module", "shop", "--wheel"]
    run_program(words, cwd=folder, env=environ)
    (home / "dist").mkdir()
    module = build_wheel(folder / "packages" / "shop", home / "dist")
    shutil.rmtree(folder / "packages")
    programs = make_environment(home / "venv", carboy_wheel, module)
    factory = folder / "cellar" / "__init__.py"
    text = factory.read_text().replace(
        "    return app", "    app.use(shop.Shop())\n    return app"
    )
    factory.write_text(text.replace("from carboy", "import shop\nfrom carboy", 1))
    return Reader(folder, make_environ(programs))


@pytest.fixture
def manage(site):
    """Return a function that runs `python manage.py …` in the site."""

    def manage(*words: str) -> str:
        words = ("python", "manage.py", *words)
        return run_program([*words], cwd=site.folder, env=site.environ)

    return manage


def test_the_site_has_the_tables_settings_and_commands_of_the_module(site, manage):
    sql = manage("db", "upgrade", "--sql")
    for table in ("shop_item", "note"):
        assert sql.count(f"CREATE TABLE {table} (") == 1

    applied = manage("db", "upgrade")

    assert "Create the table shop_item" in applied
    assert "first" in applied
    assert "No new upgrade operations" in manage("db", "check")
    assert "'/shop'" in manage("settings", "shop_url_prefix")
    code = (
        "import carboy, shop; shop.models.ShopItem.create(title='Lamp'); "
        "db.session.commit(); print(carboy.__file__, shop.__file__)"
    )
    files = manage("shell", "-c", code).split()
    venv = Path(site.environ["PROGRAMS"]).parent
    assert [Path(file).is_relative_to(venv) for file in files] == [True, True]
    assert manage("shop", "count") == "Items: 1\n"
    assert "No mistakes found" in manage("check")


def test_the_site_serves_the_pages_and_static_files_of_the_module(site, manage):
    built = manage("static", "build")
    assert re.search(r"^shop\.css: \d+ bytes \(br \d+", built, re.MULTILINE)
    assert re.search(r"^theme\.css: \d+ bytes \(br \d+", built, re.MULTILINE)
    manage("db", "upgrade")
    reader = Reader(site.folder, site.environ | PRODUCTION)
    try:
        reader.start_server("python manage.py serve")
        page = reader.ask("/shop/", "the test")
        (address,) = re.findall(r'href="([^"]*/shop\.css)"', page)
        status, headers, _ = request(reader.port, address)
        head = request(reader.port, address, "HEAD", **{"Accept-Encoding": "gzip"})
    finally:
        reader.stop_server()

    assert "<h1>Shop</h1>" in page
    assert 'aria-label="Main"' in page, "The page has the layout of the site."
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert head[1]["Content-Encoding"] == "gzip"
    venv = Path(site.environ["PROGRAMS"]).parent
    (compressed,) = venv.rglob("shop/static/.carboy/*.gz")
    assert b".shop-items" in gzip.decompress(compressed.read_bytes())
    assert int(head[1]["Content-Length"]) == compressed.stat().st_size
