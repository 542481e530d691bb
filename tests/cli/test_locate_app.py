"""If this passes, the app is found where projects put it, or the error explains."""

import pytest
from flask import Flask

from carboy.cli.locate_app import AppInfo, AppTarget, find_target, import_app
from carboy.errors import ConfigError
from tests.cli.conftest import PLAIN


def test_the_app_option_takes_precedence(folder):
    assert find_target("a:b", folder, {"CARBOY_APP": "c"}) == AppTarget("a:b", "--app")


def test_the_environment_takes_precedence_over_files(folder, write):
    write("app.py", PLAIN)

    assert (
        find_target(None, folder, {"FLASK_APP": "hello.py"}).import_path == "hello.py"
    )
    environ = {"FLASK_APP": "hello.py", "CARBOY_APP": "shop"}
    assert find_target(None, folder, environ).import_path == "shop"


def test_manage_py_is_parsed_and_not_run(folder, write):
    write(
        "manage.py",
        """
        from carboy.cli import manage
        raise SystemExit("It was run.")
        manage("shop:create_app")
        """,
    )

    assert find_target(None, folder, {}) == AppTarget("shop:create_app", "manage.py")


def test_a_manage_py_for_flask_script_has_the_app(folder, write):
    write("crm.py", PLAIN)
    write(
        "manage.py",
        """
        from crm import app
        from carboy.script import Manager

        manager = Manager(app)

        if __name__ == "__main__":
            manager.run()
        """,
    )

    assert AppInfo(folder=folder).load_app().name == "crm"


def test_pyproject_names_the_app(folder, write):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:app"\n')

    assert find_target(None, folder, {}).import_path == "shop:app"


@pytest.mark.parametrize("name", ["app", "wsgi"])
def test_the_usual_files_are_found(folder, write, name):
    write(f"{name}.py", PLAIN)

    assert find_target(None, folder, {}).import_path == name
    assert AppInfo(folder=folder).load_app().name == name


def test_an_empty_folder_has_no_app(folder):
    assert find_target(None, folder, {}) is None
    assert not AppInfo(folder=folder).has_target
    with pytest.raises(ConfigError, match="Name it: --app"):
        AppInfo(folder=folder).load_app()


@pytest.mark.parametrize(
    ("name", "text"),
    [("manage.py", "def ("), ("pyproject.toml", "[tool.carboy")],
)
def test_an_invalid_file_is_named(folder, write, name, text):
    write(name, text)

    with pytest.raises(ConfigError, match=name):
        find_target(None, folder, {})


@pytest.mark.parametrize(
    ("import_path", "exact"),
    [
        ("shop:app", "shop:app"),
        ("shop:make", "shop:make()"),
        ("shop:make()", "shop:make()"),
        ("shop", "shop:app"),
        ("shop.py", "shop:app"),
    ],
)
def test_the_import_path_is_made_exact_for_other_servers(
    folder, write, import_path, exact
):
    write("shop.py", PLAIN + "\n    def make():\n        return Flask('made')\n")

    resolved, app = import_app(AppTarget(import_path, "--app"), folder)

    assert resolved == exact
    assert isinstance(app, Flask)


def test_a_src_folder_is_searched(folder, write):
    write("src/shop.py", PLAIN)

    assert import_app(AppTarget("shop:app", "--app"), folder)[1].name == "shop"


def test_an_import_error_says_where_the_path_is_written(folder, write):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:app"\n')

    with pytest.raises(ConfigError, match=r"'shop:app' comes from \[tool.carboy\]"):
        AppInfo(folder=folder).load_app()


def test_other_wsgi_apps_are_rejected(folder, write):
    write("shop.py", "def app(environ, start_response):\n    return []\n")

    with pytest.raises(ConfigError, match="not a Flask app"):
        AppInfo("shop:app", folder).load_app()
