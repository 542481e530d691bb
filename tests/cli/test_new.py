"""If this passes, a new project of each kind runs and passes its own checks."""

import os
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from carboy.cli.new import (
    DATABASES,
    LAYERS,
    ProjectOptions,
    create_project,
    render,
    validate_name,
)
from carboy.errors import ConfigError
from tests.cli.conftest import CLEARED_VARIABLES
from tests.cli.processes import find_free_port, request, wait_for_text, wait_until

KINDS = {
    "minimal": ["--minimal"],
    "site": [],
    "full": ["--full"],
    "api": ["--api"],
}
# Only a person can decide these: the host names, how long https is insisted on, and
# who ends it.
DECISIONS = {"core.E002", "core.W029", "core.W037"}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def project(kind, carboy, folder):
    result = carboy("new", "demo-shop", *KINDS[kind])
    assert result.code == 0, result.err
    return folder / "demo-shop"


def test_a_project_passes_its_own_tests(project):
    run(project, "pytest", "-p", "no:cacheprovider")


def test_a_project_passes_its_own_linter(project):
    run(project, "ruff", "check", "--no-cache")
    run(project, "ruff", "format", "--check", "--no-cache")


def test_a_project_passes_mypy(project, mypy_cache):
    run(project, "mypy", "--cache-dir", str(mypy_cache))


def test_deploy_checks_report_only_what_a_person_has_to_decide(project):
    result = run(project, "carboy", "check", "--deploy", "--json", fails=True)

    assert set(re.findall(r'"id": "([^"]+)"', result.stdout)) == DECISIONS

    environ = {"TRUSTED_HOSTS": "shop.example", "HEADERS_HSTS": "31536000"}
    environ["PROXY_HOPS"] = "1"
    run(project, "carboy", "check", "--deploy", "--strict", environ=environ)


def test_the_secret_is_unique_and_only_in_the_private_env_file(project, tmp_path):
    file = project / ".env"
    other = render(ProjectOptions("other", "site", "sqlite"))

    key = re.search(r"SECRET_KEY=([0-9a-f]{64})\n", file.read_text())[1]

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ".env" in (project / ".gitignore").read_text().splitlines()
    assert key not in "".join(other.values())
    for path in project.rglob("*"):
        if path.is_file() and path != file:
            assert key.encode() not in path.read_bytes()


@pytest.mark.parametrize("options", KINDS.values(), ids=KINDS)
def test_a_project_has_the_usual_layout(carboy, folder, options):
    carboy("new", "shop", *options)

    names = {str(path.relative_to(folder / "shop")) for path in folder.rglob("*")}
    expected = {"manage.py", "requirements.txt", "pyproject.toml", "README.md"}
    expected |= {"shop/__init__.py", "shop/settings.py", "shop/views.py", "tests"}
    if "--minimal" not in options:
        expected |= {"shop/ext.py", "shop/models.py", "doc", "migrations/env.py"}
        expected |= {"Dockerfile", "compose.yaml", ".dockerignore", ".env.example"}
    if "--api" not in options:
        expected |= {"shop/templates/home.html", "shop/static/theme.css"}
    assert expected <= names


def test_the_wheel_of_a_project_has_its_sub_packages_and_templates(carboy, folder):
    carboy("new", "shop")
    home = folder / "shop"
    (home / "shop" / "orders" / "lists").mkdir(parents=True)
    for name in ("orders/__init__.py", "orders/lists/__init__.py"):
        (home / "shop" / name).touch()
    options = ("--no-build-isolation", "--no-deps", "--no-index", "-w", str(folder))

    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", *options, str(home)],
        check=True,
        capture_output=True,
    )

    (wheel,) = folder.glob("shop-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"shop/orders/lists/__init__.py", "shop/templates/home.html"} <= names
    assert "shop/static/theme.css" in names
    assert not any(name.startswith(("tests/", "migrations/")) for name in names)


def test_the_image_compresses_static_files_before_it_drops_root(carboy, folder):
    carboy("new", "shop")
    home = folder / "shop"
    lines = (home / "Dockerfile").read_text().splitlines()
    build = "RUN python manage.py static build"

    assert lines.index("COPY . .") < lines.index(build) < lines.index("USER site")

    # As in the image: for production, and without .env.
    (home / ".env").unlink()
    environ = {**os.environ, "CARBOY_PROFILE": "production"}
    subprocess.run(
        [sys.executable, *build.split()[2:]],
        check=True,
        cwd=home,
        env=environ,
        capture_output=True,
    )
    assert list((home / "shop" / "static" / ".carboy").iterdir())


def test_dev_serves_the_home_page(start_carboy, carboy, folder):
    carboy("new", "shop")
    port = find_free_port()
    dev = start_carboy(
        *("dev", "-p", str(port)), program=("manage.py",), cwd=folder / "shop"
    )

    wait_for_text(dev, port, "Shop is running")

    assert request(port, "/static/theme.css")[0] == 200
    policy = request(port)[1]["Content-Security-Policy"]
    assert "unsafe" not in policy
    links = re.findall(r'<a [^>]*href="(/[^"#]*)"', request(port)[2])
    assert "/-/ui" in links
    for link in links:
        status, headers, _ = request(port, link, Accept="text/html")
        assert (status, headers.get_content_type()) == (200, "text/html"), link


def test_a_full_site_moves_to_redis_by_settings_only(
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
    wait_for_text(dev, port, "Shop is running")
    wait_until(
        lambda: request(port, "/-/ready")[0] == 200,
        lambda: f"{request(port, '/-/ready')}\n{dev.log}",
    )

    status, headers, _ = request(port, "/jobs/", method="POST")

    assert status == 303
    wait_until(
        lambda: "Bottle" in request(port, headers["Location"])[2], lambda: dev.log
    )
    assert "redis://" in dev.log


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("database", DATABASES)
def test_no_page_has_remote_assets_or_inline_styles(kind, database):
    for path, text in render(ProjectOptions("shop", kind, database)).items():
        if path.suffix in {".html", ".css"}:
            assert "<style" not in text
            assert "<script" not in text
            assert " style=" not in text
            assert not re.search(r"(src|url\(|@import).{0,3}https?:", text)
        assert "<<" not in text.replace("<<: *site", "")
        assert "<%" not in text


@pytest.mark.parametrize("database", ["postgresql", "mysql"])
def test_a_database_server_has_a_generated_password(database):
    files = {
        str(path): text
        for path, text in render(ProjectOptions("shop", "full", database)).items()
    }

    password = re.search("DATABASE_PASSWORD=(.+)", files[".env"])[1]

    assert len(password) >= 20
    assert f"://shop:{password}@127.0.0.1" in files[".env"]
    assert password not in files["compose.yaml"]
    assert "${DATABASE_PASSWORD:?" in files["compose.yaml"]
    assert f"carboy[{database}" in files["requirements.txt"]


def test_the_compose_file_has_all_services():
    compose = render(ProjectOptions("shop", "full", "postgresql"))[Path("compose.yaml")]

    for name in ("web", "worker", "beat", "db", "redis"):
        assert f"\n  {name}:\n" in compose


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("database", DATABASES)
def test_the_compose_file_is_valid(kind, database):
    text = render(ProjectOptions("shop", kind, database)).get(Path("compose.yaml"))

    services = yaml.safe_load(text)["services"] if text else {"web": {"command": ""}}

    assert "command" in services["web"]


def test_an_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").touch()

    with pytest.raises(ConfigError, match="left alone"):
        create_project(ProjectOptions("shop", "site", "sqlite"), tmp_path)

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
        ("", "begin with a letter"),
        ("商店", "begin with a letter"),
    ],
)
def test_an_invalid_name_is_rejected_with_advice(name, advice):
    with pytest.raises(ConfigError, match=advice):
        validate_name(name)


@pytest.mark.parametrize("name", ["shop", "my-shop", "my_shop", "shop2"])
def test_a_valid_name_is_accepted(name):
    assert validate_name(name) == name


def run(project, module, *words, environ=None, fails=False):
    base = {k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES}
    result = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=project,
        env=base | (environ or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert bool(result.returncode) is fails, result.stdout + result.stderr
    return result


@pytest.mark.parametrize(("options", "has_look"), [((), True), (("--api",), False)])
def test_an_api_does_not_import_the_look_of_pages(carboy, folder, options, has_look):
    carboy("new", "shop", *options)
    # Its documentation has the look, so it is closed as in production.
    code = (
        "import sys; from shop import create_app; app = create_app();"
        "app.test_client().get('/'); print('carboy.ui' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder / "shop",
        env=os.environ | {"CARBOY_PROFILE": "testing", "REST_DOCS": "never"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"{has_look}\n"
