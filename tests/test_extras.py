"""If this passes, Carboy works without its extras and names the missing one."""

import re
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

from carboy.extras import (
    EXTRA_COMMANDS,
    EXTRA_MODULES,
    MissingExtraError,
    extra_of_module,
    list_missing,
    require_extra,
)
from carboy.install_source import make_install_command
from tests.base_environment import ROOT, make_base_environment, run_python

SITE = """
    from carboy import Carboy

    settings = {"SECRET_KEY": "k3y" * 20, "TRUSTED_HOSTS": ["localhost"]}
    app = Carboy(__name__, settings=settings)
    plain = Carboy("plain")

    @app.route("/", methods=["GET", "POST"])
    @plain.route("/")
    def home():
        return "works"
"""
# Paths of what only an extra brings.
FORBIDDEN = ("sqlalchemy", "alembic", "celery", "kombu", "wtforms", "asgiref")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base_environment(tmp_path_factory.mktemp("base") / "venv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(textwrap.dedent(SITE))
    return tmp_path


def carboy(base: Path, folder: Path, *args: str, **environ: str) -> str:
    program = "from carboy.cli import main; main()"
    return run_python(base, "-c", program, *args, cwd=folder, **environ)


def test_the_environment_has_none_of_the_extras(base, folder):
    names = ", ".join(map(repr, FORBIDDEN))
    code = (
        "from importlib.util import find_spec\n"
        f"print([name for name in ({names}) if find_spec(name)])"
    )

    assert run_python(base, "-c", code, cwd=folder).startswith("[]\n")


def test_a_site_is_served_without_extras(base, folder):
    code = """
        import shop
        page = shop.app.test_client().get("/", base_url="https://localhost")
        print(page.status, page.text, shop.plain.test_client().get("/").text)
    """

    output = run_python(base, "-c", textwrap.dedent(code), cwd=folder)

    assert "\n200 OK works works\n" in output, output


def test_forged_requests_are_refused_without_wtforms(base, folder):
    code = """
        import shop
        client = shop.app.test_client()
        for origin in ("https://evil.example", "https://localhost"):
            page = client.post(
                "/", base_url="https://localhost", headers={"Origin": origin}
            )
            print(page.status_code)
    """

    output = run_python(base, "-c", textwrap.dedent(code), cwd=folder)

    assert "\n400\n200\n" in output, output


@pytest.mark.parametrize("command", ["check", "routes", "settings"])
def test_commands_work_without_extras(base, folder, command):
    output = carboy(base, folder, "--app", "shop:app", command)

    assert "exit 0" in output, output


@pytest.mark.parametrize("command", [*EXTRA_COMMANDS])
@pytest.mark.parametrize("app", [(), ("--app", "shop:app")], ids=["no app", "an app"])
def test_a_command_names_the_extra_that_it_needs(base, folder, command, app):
    output = carboy(base, folder, *app, command)

    extra = EXTRA_COMMANDS[command]
    assert make_install_command(extra) in output
    assert "Traceback" not in output
    assert len(output.strip().splitlines()) == 2, output
    assert "exit 2" in output


@pytest.mark.parametrize(
    ("statement", "extra"),
    [
        ("import carboy.db", "db"),
        ("from carboy.db.settings import DatabaseSettings", "db"),
        ("import carboy.tasks", "tasks"),
        ("from carboy.forms import Form", "forms"),
        ("from carboy.forms import model_form", "forms"),
        ("from carboy.forms.validators import DataRequired", "forms"),
        ("from carboy.forms import validators", "forms"),
        ("from shop import app; app.settings.database", "db"),
        ("from shop import app; app.settings.tasks", "tasks"),
        ("from carboy.stores import open_store; open_store('sqlite:///x')", "db"),
    ],
)
def test_code_that_needs_an_extra_gets_its_name(base, folder, statement, extra):
    output = run_python(base, "-c", statement, cwd=folder)

    assert make_install_command(extra) in output.splitlines()[-2], output
    assert "ModuleNotFoundError" not in output


@pytest.mark.parametrize(("module", "extra"), [("db", "db"), ("i18n", "i18n")])
def test_an_app_that_needs_an_extra_is_refused_with_its_name(
    base, folder, module, extra
):
    (folder / "stock.py").write_text(f"import carboy.{module}\n")

    output = carboy(base, folder, "--app", "stock", "check")

    assert make_install_command(extra) in output
    assert "Traceback" not in output
    assert len(output.strip().splitlines()) == 2, output


def test_a_setting_of_a_battery_names_the_extra(base, folder):
    (folder / ".env").write_text("DATABASE_URL=sqlite:///x.db\n")
    (folder / "shop.py").write_text(
        "from carboy import Carboy, Settings\n"
        "app = Carboy(__name__, settings=Settings.load())\n"
    )

    output = carboy(base, folder, "--app", "shop:app", "check")

    assert "core.W001" in output, output
    assert make_install_command("db") in output


def test_a_project_is_created_without_extras_and_requires_them(base, folder):
    output = carboy(base, folder, "new", "market")

    assert "exit 0" in output, output
    assert "pip install -r requirements.txt" in output
    requirement = (folder / "market" / "requirements.txt").read_text().splitlines()[-1]
    assert "site]" in requirement


def test_extras_bring_the_modules_that_their_batteries_need():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]

    for extra, modules in EXTRA_MODULES.items():
        names = {re.split(r"[<>=\[]", text)[0] for text in extras[extra]}
        names |= {
            re.split(r"[<>=\[]", text)[0]
            for own in extras[extra]
            if own.startswith("carboy[")
            for text in extras[own[len("carboy[") : -1]]
        }
        assert {*modules} <= names
        assert extra in extras["site"][0]


def test_what_is_installed_is_not_missing(monkeypatch):
    require_extra("tasks")

    monkeypatch.setitem(sys.modules, "celery", None)

    assert list_missing("tasks") == ["celery"]
    with pytest.raises(MissingExtraError, match="needs celery, which is not installed"):
        require_extra("tasks")
    with pytest.raises(ImportError):
        require_extra("tasks")


def test_modules_lead_to_the_smallest_extra_that_installs_them():
    assert extra_of_module("sqlalchemy.orm") == "db"
    assert extra_of_module("celery.app") == "tasks"
    assert extra_of_module("wtforms") == "forms"
    assert extra_of_module("argon2.exceptions") == "auth"
    assert extra_of_module("babel.messages") == "i18n"
    assert extra_of_module("requests") is None
