"""One list has all batteries and their order."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from carboy import Carboy, Settings
from carboy.core import registry_of
from carboy.sessions import Sessions

SOURCE = Path(__file__).parents[1] / "src" / "carboy"


def test_every_battery_is_in_the_order():
    names = set()
    for file in SOURCE.glob("**/*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == "Extension"
                for base in node.bases
            ):
                names |= {
                    line.value.value
                    for line in node.body
                    if isinstance(line, ast.Assign)
                    and getattr(line.targets[0], "id", "") == "name"
                    and isinstance(line.value, ast.Constant)
                }

    assert names
    assert names <= set(Carboy.order)


def test_a_site_has_the_default_batteries():
    app = Carboy("shop", settings=Settings(profile="testing", secret_key="k" * 40))

    assert [*registry_of(app).installed][:3] == ["site", "log", "headers"]


def test_batteries_that_are_off_are_not_imported():
    code = (
        "import sys; from carboy import Carboy, Settings;"
        "Carboy('shop', settings=Settings(profile='testing', secret_key='k' * 40));"
        "print(sorted({'sqlalchemy', 'celery', 'redis', 'alembic', 'granian',"
        " 'watchfiles', 'asyncio', 'kombu', 'wtforms'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_a_setting_turns_sessions_on(tmp_path):
    def installed(**values):
        environ = {"CARBOY_PROFILE": "testing", **values}
        settings = Settings.load({}, root=tmp_path, environ=environ)
        app = Carboy("shop", settings=settings)
        app.start()
        return "sessions" in registry_of(app).installed

    assert not installed()
    assert installed(SESSION_TYPE="memory")


def test_sessions_of_the_site_replace_configured_ones(tmp_path):
    own = Sessions()
    environ = {"CARBOY_PROFILE": "testing", "SESSION_TYPE": "memory"}
    settings = Settings.load({}, root=tmp_path, environ=environ)

    app = Carboy("shop", settings=settings).use(own)

    assert registry_of(app).installed["sessions"] is own


@pytest.mark.parametrize("has_pages", [True, False])
def test_a_site_has_the_look_of_pages_unless_it_has_none(has_pages):
    code = (
        "import sys; from carboy import Carboy, Settings;"
        "app = Carboy('shop', settings=Settings("
        f"profile='testing', secret_key='k' * 40, html_pages={has_pages}));"
        "app.test_client().get('/');"
        "print('ui' in app.jinja_env.globals, 'carboy.ui' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"{has_pages} {has_pages}\n"


def test_an_app_without_settings_does_not_import_the_look():
    code = (
        "import sys; from carboy import Carboy; Carboy('shop').test_client().get('/');"
        "print('carboy.ui' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
