"""If this passes, the first hour works as README and the tutorial describe it.

It is walked on the built wheel, in an environment without pip, without network and
without this checkout. A second walk makes mistakes, and reads what is said.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import request, wait_until
from tests.cli.reader import Reader, run_block, run_program
from tests.pages import list_blocks

ROOT = Path(__file__).resolve().parents[2]
MINIMUM_STEPS = 17


def test_the_wheel_is_what_is_walked_on(installed_environ, tmp_path):
    code = "import carboy; print(carboy.__file__)"

    file = run_program(
        ["python", "-c", code], env=installed_environ, cwd=tmp_path
    ).strip()

    assert Path(file).is_relative_to(installed_environ["PROGRAMS"].removesuffix("/bin"))


def test_every_block_of_readme_works_for_its_reader(reader, record_property):
    reader.follow(ROOT / "README.md")

    assert reader.steps >= MINIMUM_STEPS
    record_property("seconds", round(sum(reader.seconds.values()), 1))
    record_property("slowest", max(reader.seconds, key=reader.seconds.get))


def test_the_address_that_dev_prints_shows_the_welcome(reader):
    block = list_blocks((ROOT / "README.md").read_text())[1]
    (reader.folder / "app.py").write_text(block.text)
    reader.start_server("carboy dev")

    def ask():
        return request(reader.port, "/", Accept="text/html")

    wait_until(lambda: ask() is not None, lambda: reader.server.log)
    page = ask()[2]

    assert "app is running" in page
    assert "/hello/&lt;name&gt;" in page


def test_the_chinese_page_has_the_same_blocks():
    pages = [(ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md")]

    first, second = (
        [(block.language, block.words) for block in list_blocks(page)] for page in pages
    )

    assert first == second


def test_a_new_project_is_pinned_to_the_wheel_and_installs_without_network(
    installed_environ, tmp_path
):
    steps = "carboy new cellar\ncd cellar"
    _, folder = run_block(steps, tmp_path, installed_environ, "new")

    (wheel,) = (folder / "wheels").iterdir()
    requirements = (folder / "requirements.txt").read_text()
    assert f"./wheels/{wheel.name}[site]\n" in requirements
    assert "COPY wheels wheels" in (folder / "Dockerfile").read_text()
    target = tmp_path / "target"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    words = [*pip, "--target", str(target), "-r", "requirements.txt"]
    run_program(words, env=installed_environ, cwd=folder)
    assert (target / "carboy" / "__init__.py").exists()


# What a beginner writes → what is said. A file is replaced, or (with +) continued.
MISTAKES = {
    "a switch that is neither": (
        {"+.env": "HTTPS=maybe\n"},
        "python manage.py check",
        "HTTPS = 'maybe' (.env line 4) cannot be used: it must be true or false.",
    ),
    "a variable of another program": (
        {},
        "DEBUG='app:*' python manage.py check",
        "If DEBUG is meant for another program, set CARBOY_DEBUG in the environment",
    ),
    "a misspelt setting": (
        {"+.env": "SITE_NAM=Cellar\n"},
        "python manage.py check",
        "SITE_NAM (.env line 4) is not a setting. Did you mean SITE_NAME?",
    ),
    "a misspelt profile": (
        {},
        "CARBOY_PROFILE=prodction python manage.py check",
        "PROFILE = 'prodction' (environment CARBOY_PROFILE) must be one of "
        "development, testing, production. Did you mean production?",
    ),
    "a misspelt command": (
        {},
        "python manage.py rotues",
        "There is no command 'rotues'. Did you mean 'routes'?",
    ),
    "no seeds": ({}, "python manage.py db seed", "Write one of: seeds.py"),
    "no migration was run": (
        {},
        "python manage.py db migrate -m first && python manage.py check",
        "Run `python manage.py db upgrade`.",
    ),
    "a time without its zone": (
        {
            "+cellar/models.py": "from sqlalchemy import DateTime\n\n\n"
            "class Batch(Model):\n"
            "    id: Mapped[int] = mapped_column(primary_key=True)\n"
            "    made: Mapped[datetime] = mapped_column(\n"
            "        DateTime, default=lambda: datetime.now(UTC)\n"
            "    )\n",
            "+cellar/views.py": "from . import models as models\n",
        },
        "python manage.py check",
        "db.W004 Batch.made is a DateTime without a time zone",
    ),
    "an old setting": (
        {"+cellar/settings.py": "    SQLALCHEMY_COMMIT_ON_TEARDOWN = True\n"},
        "python manage.py check",
        "db.W005 SQLALCHEMY_COMMIT_ON_TEARDOWN is set and has no effect.",
    ),
    "a factory that cannot be imported": (
        {
            "manage.py": "from carboy.cli import manage\n"
            "from cellar import create_app\n\nmanage(lambda: create_app())\n"
        },
        "python manage.py check",
        "Pass one: manage('shop:create_app').",
    ),
    "https that cannot arrive": (
        {"+.env": "TRUSTED_HOSTS=cellar.example\n"},
        "python manage.py check --deploy",
        "core.W037 HTTPS is on, but every request comes over http",
    ),
}


@pytest.fixture(scope="session")
def project(installed, tmp_path_factory):
    """A new project, to be copied."""
    folder = tmp_path_factory.mktemp("mistakes")
    run_program([str(installed / "carboy"), "new", "cellar"], cwd=folder)
    return folder / "cellar"


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_a_message_that_names_the_mend(
    name, project, installed_environ, tmp_path
):
    changes, command, message = MISTAKES[name]
    run_program(["cp", "-r", str(project), str(tmp_path)])
    folder = tmp_path / "cellar"
    for path, text in changes.items():
        before = (folder / path[1:]).read_text() if path.startswith("+") else ""
        (folder / path.removeprefix("+")).write_text(before + text)

    result = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=installed_environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    output = result.stdout + result.stderr
    assert message in output, output
    assert "Traceback" not in output


def test_a_login_over_http_is_explained_in_the_log(
    project, installed_environ, tmp_path
):
    run_program(["cp", "-r", str(project), str(tmp_path)])
    reader = Reader(
        tmp_path / "cellar", installed_environ | {"TRUSTED_HOSTS": "127.0.0.1"}
    )
    (reader.folder / ".env").write_text(f"SECRET_KEY={'k' * 40}\n")
    try:
        reader.start_server("carboy serve")
        reader.ask("/", "the test")
        reader.server.wait_for("came over http, but HTTPS is on")
    finally:
        reader.stop_server()
