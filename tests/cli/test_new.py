"""If this passes, a new project of each kind runs, and keeps its own rules."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from carboy.cli.new import (
    DATABASES,
    LAYERS,
    Plan,
    make_project,
    render,
    require_good_name as check_name,
)
from carboy.errors import ConfigError
from tests.cli.conftest import UNWANTED
from tests.cli.processes import ask, find_free_port, wait_for_text, wait_until

KINDS = {
    "minimal": ["--minimal"],
    "site": [],
    "full": ["--full"],
    "api": ["--api"],
}
# What only a person can decide: the names under which visitors come.
DECISIONS = {"core.E002", "core.W029"}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def project(kind, carboy, folder):
    done = carboy("new", "demo-shop", *KINDS[kind])
    assert done.code == 0, done.err
    return folder / "demo-shop"


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def test_it_passes_its_own_tests(project):
    run(project, "pytest", "-p", "no:cacheprovider")


def test_it_has_the_style_that_it_asks_for(project):
    run(project, "ruff", "check", "--no-cache")
    run(project, "ruff", "format", "--check", "--no-cache")


def test_its_types_hold(project, mypy_cache):
    run(project, "mypy", "--cache-dir", str(mypy_cache))


def test_production_asks_only_what_a_person_has_to_decide(project):
    done = run(project, "carboy", "check", "--deploy", "--json", fails=True)

    assert set(re.findall(r'"id": "([^"]+)"', done.stdout)) == DECISIONS

    environ = {"TRUSTED_HOSTS": "shop.example", "HEADERS_HSTS": "31536000"}
    run(project, "carboy", "check", "--deploy", "--strict", environ=environ)


def test_its_secret_is_its_own_and_nobody_else_reads_it(project, tmp_path):
    file = project / ".env"
    other = render(Plan("other", "site", "sqlite"))

    key = re.search(r"SECRET_KEY=([0-9a-f]{64})\n", file.read_text())[1]

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ".env" in (project / ".gitignore").read_text().splitlines()
    assert key not in "".join(other.values())
    assert key not in "".join(
        path.read_text()
        for path in project.rglob("*")
        if path.is_file() and path != file
    )


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
def test_it_has_the_layout_of_the_notes(carboy, folder, options):
    carboy("new", "shop", *options)

    names = {str(path.relative_to(folder / "shop")) for path in folder.rglob("*")}
    wanted = {"manage.py", "requirements.txt", "pyproject.toml", "README.md"}
    wanted |= {"shop/__init__.py", "shop/settings.py", "shop/views.py", "tests"}
    if "--minimal" not in options:
        wanted |= {"shop/ext.py", "shop/models.py", "doc", "migrations/env.py"}
        wanted |= {"Dockerfile", "compose.yaml", ".dockerignore", ".env.example"}
    if "--api" not in options:
        wanted |= {"shop/templates/home.html", "shop/static/site.css"}
    assert wanted <= names


def test_one_command_serves_its_page(start_carboy, carboy, folder):
    carboy("new", "shop")
    port = find_free_port()
    dev = start_carboy(
        *("dev", "-p", str(port)), program=("manage.py",), cwd=folder / "shop"
    )

    wait_for_text(dev, port, "Shop is on the air.")

    assert ask(port, "/static/site.css")[0] == 200
    policy = ask(port)[1]["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_a_full_site_moves_to_redis_by_settings_alone(
    start_carboy, carboy, folder, fresh_redis
):
    carboy("new", "shop", "--full")
    port = find_free_port()
    dev = start_carboy(
        *("dev", "-p", str(port)),
        program=("manage.py",),
        cwd=folder / "shop",
        environ={
            "CACHE_URL": fresh_redis,
            "SESSION_TYPE": "redis",
            "SESSION_URL": fresh_redis,
            "TASKS_BROKER_URL": fresh_redis,
        },
    )
    wait_for_text(dev, port, "Shop is on the air.")
    wait_until(
        lambda: ask(port, "/-/ready")[0] == 200,
        lambda: f"{ask(port, '/-/ready')}\n{dev.log}",
    )

    status, headers, _ = ask(port, "/jobs/", method="POST")

    assert status == 303
    wait_until(lambda: "Bottle" in ask(port, headers["Location"])[2], lambda: dev.log)
    assert "redis://" in dev.log


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("database", DATABASES)
def test_no_page_loads_from_elsewhere_or_writes_its_style_inside(kind, database):
    for path, text in render(Plan("shop", kind, database)).items():
        if path.suffix in {".html", ".css"}:
            assert "<style" not in text
            assert "<script" not in text
            assert " style=" not in text
            assert not re.search(r"(src|url\(|@import).{0,3}https?:", text)
        assert "<<" not in text.replace("<<: *site", "")
        assert "<%" not in text


@pytest.mark.parametrize("database", ["postgresql", "mysql"])
def test_a_database_server_has_a_password_of_its_own(database):
    files = {
        str(path): text for path, text in render(Plan("shop", "full", database)).items()
    }

    password = re.search("DATABASE_PASSWORD=(.+)", files[".env"])[1]

    assert len(password) >= 20
    assert f"://shop:{password}@127.0.0.1" in files[".env"]
    assert password not in files["compose.yaml"]
    assert "${DATABASE_PASSWORD:?" in files["compose.yaml"]
    assert f"carboy[{database}" in files["requirements.txt"]


def test_containers_start_all_that_the_site_needs():
    compose = render(Plan("shop", "full", "postgresql"))[Path("compose.yaml")]

    for name in ("web", "worker", "beat", "db", "redis"):
        assert f"\n  {name}:\n" in compose


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("database", DATABASES)
def test_the_compose_file_is_valid(kind, database):
    text = render(Plan("shop", kind, database)).get(Path("compose.yaml"))

    services = yaml.safe_load(text)["services"] if text else {"web": {"command": ""}}

    assert "command" in services["web"]


def test_what_is_there_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").touch()

    with pytest.raises(ConfigError, match="left alone"):
        make_project(Plan("shop", "site", "sqlite"), tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Shop", "Try: carboy new shop"),
        ("my shop", "Try: carboy new my-shop"),
        ("7up", "Try: carboy new up"),
        ("../shop", "Try: carboy new shop"),
        ("class", "Try: carboy new class-site"),
        ("flask", "Try: carboy new my-flask"),
        ("email", "Try: carboy new my-email"),
        ("tests", "Try: carboy new my-tests"),
        ("", "begins with a letter"),
        ("商店", "begins with a letter"),
    ],
)
def test_a_bad_name_is_refused_with_advice(name, advice):
    with pytest.raises(ConfigError, match=advice):
        check_name(name)


@pytest.mark.parametrize("name", ["shop", "my-shop", "my_shop", "shop2"])
def test_a_good_name_is_taken(name):
    assert check_name(name) == name


def run(project, module, *words, environ=None, fails=False):
    base = {k: v for k, v in os.environ.items() if k not in UNWANTED}
    base.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=project,
        env=base | (environ or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert bool(done.returncode) is fails, done.stdout + done.stderr
    return done
