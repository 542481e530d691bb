"""The fixtures are available in projects with a site, and cost others nothing."""

import os
import subprocess
import sys
import textwrap

import pytest

APP = """
    import os
    from flask import Flask, jsonify

    def create_app():
        app = Flask(__name__)

        @app.get("/")
        def index():
            return jsonify(profile=os.environ.get("CARBOY_PROFILE"))

        return app
"""


@pytest.fixture
def run(tmp_path):
    def run(tests, **files):
        files = {"test_it.py": tests, "shop.py": APP, **files}
        for name, text in files.items():
            (tmp_path / name.replace("__", ".")).write_text(textwrap.dedent(text))
        environ = {k: v for k, v in os.environ.items() if k != "CARBOY_PROFILE"}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=tmp_path,
            env=environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return run


PROJECT = {"pyproject__toml": '[tool.carboy]\napp = "shop:create_app"\n'}


def test_a_site_is_tested_without_any_conftest(run):
    code, out = run(
        """
        def test_it(client, clock):
            assert client.get_json("/") == {"profile": "testing"}
            clock.advance(1)
        """,
        **PROJECT,
    )

    assert code == 0, out


def test_a_project_can_have_its_own_app_fixture(run):
    code, out = run(
        """
        import pytest
        from flask import Flask

        @pytest.fixture
        def app():
            app = Flask("mine")
            app.add_url_rule("/", "index", lambda: "mine")
            return app

        def test_it(client):
            assert client.get("/").text == "mine"
        """,
        pyproject__toml="[tool.carboy]\n",
    )

    assert code == 0, out


def test_without_an_app_the_test_says_what_to_do(run):
    code, out = run("def test_it(client): ...", pyproject__toml="[tool.carboy]\n")

    assert code == 1
    assert "There is no app to test." in out


def test_other_projects_import_nothing(run):
    code, out = run(
        """
        import os, sys

        def test_it():
            assert "carboy" not in sys.modules
            assert "flask" not in sys.modules
            assert "CARBOY_PROFILE" not in os.environ
        """
    )

    assert code == 0, out


OTHER_PLUGIN = """
    import pytest

    @pytest.fixture
    def app():
        return "the app of another plugin"

    @pytest.fixture
    def client(app):
        return "a client for " + app
"""


def test_fixtures_of_another_plugin_are_left_alone_in_other_projects(run):
    code, out = run(
        """
        def test_it(client):
            assert client == "a client for the app of another plugin"
        """,
        other_plugin__py=OTHER_PLUGIN,
        pytest__ini="[pytest]\naddopts = -p other_plugin\n",
    )

    assert code == 0, out


def test_a_project_of_carboy_gets_our_client_beside_another_plugin(run):
    code, out = run(
        """
        def test_it(client):
            assert client.get_json("/") == {"profile": "testing"}
        """,
        other_plugin__py=OTHER_PLUGIN,
        pytest__ini="[pytest]\naddopts = -p other_plugin\n",
        **PROJECT,
    )

    assert code == 0, out
