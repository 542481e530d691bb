"""If this passes, the app is found where projects put it, or its absence explained."""

import pytest
from flask import Flask

from carboy.cli.locate_app import Site, Target, find_target, load
from carboy.errors import ConfigError
from tests.cli.conftest import PLAIN


def test_what_is_told_goes_before_all(folder):
    assert find_target("a:b", folder, {"CARBOY_APP": "c"}) == Target("a:b", "--app")


def test_the_environment_goes_before_files(folder, write):
    write("app.py", PLAIN)

    assert find_target(None, folder, {"FLASK_APP": "hello.py"}).place == "hello.py"
    environ = {"FLASK_APP": "hello.py", "CARBOY_APP": "shop"}
    assert find_target(None, folder, environ).place == "shop"


def test_manage_py_is_read_and_not_run(folder, write):
    write(
        "manage.py",
        """
        from carboy.cli import manage
        raise SystemExit("It was run.")
        manage("shop:create_app")
        """,
    )

    assert find_target(None, folder, {}) == Target("shop:create_app", "manage.py")


def test_a_manage_py_of_the_notes_has_the_app(folder, write):
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

    assert Site(folder=folder).load_app().name == "crm"


def test_pyproject_names_it(folder, write):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:app"\n')

    assert find_target(None, folder, {}).place == "shop:app"


@pytest.mark.parametrize("name", ["app", "wsgi"])
def test_the_usual_files_are_looked_for(folder, write, name):
    write(f"{name}.py", PLAIN)

    assert find_target(None, folder, {}).place == name
    assert Site(folder=folder).load_app().name == name


def test_nothing_is_found_in_an_empty_folder(folder):
    assert find_target(None, folder, {}) is None
    assert not Site(folder=folder).has_target
    with pytest.raises(ConfigError, match="Say where it is: --app"):
        Site(folder=folder).load_app()


@pytest.mark.parametrize(
    ("name", "text"),
    [("manage.py", "def ("), ("pyproject.toml", "[tool.carboy")],
)
def test_a_file_that_cannot_be_read_is_named(folder, write, name, text):
    write(name, text)

    with pytest.raises(ConfigError, match=name):
        find_target(None, folder, {})


@pytest.mark.parametrize(
    ("place", "exact"),
    [
        ("shop:app", "shop:app"),
        ("shop:make", "shop:make()"),
        ("shop:make()", "shop:make()"),
        ("shop", "shop:app"),
        ("shop.py", "shop:app"),
    ],
)
def test_the_place_is_given_so_that_every_server_understands_it(
    folder, write, place, exact
):
    write("shop.py", PLAIN + "\n    def make():\n        return Flask('made')\n")

    told, app = load(Target(place, "--app"), folder)

    assert told == exact
    assert isinstance(app, Flask)


def test_a_source_folder_is_looked_into(folder, write):
    write("src/shop.py", PLAIN)

    assert load(Target("shop:app", "--app"), folder)[1].name == "shop"


def test_a_mistake_says_who_named_the_place(folder, write):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:app"\n')

    with pytest.raises(ConfigError, match=r"'shop:app' comes from \[tool.carboy\]"):
        Site(folder=folder).load_app()


def test_other_wsgi_apps_can_only_be_served(folder, write):
    write("shop.py", "def app(environ, start_response):\n    return []\n")

    with pytest.raises(ConfigError, match="not a Flask app"):
        Site("shop:app", folder).load_app()
