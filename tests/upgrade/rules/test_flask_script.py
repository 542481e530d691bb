"""If this passes, commands keep their names, options and requests, or stay as they are."""

import subprocess
import sys
from pathlib import PurePath

import pytest

from carboy.upgrade import rewrite
from carboy.upgrade.rules.flask_script import RULE
from tests.upgrade.cases import make_cases

START = (
    "from flask_script import Manager\nfrom app import app\n\nmanager = Manager(app)\n"
)
AFTER = (
    "import click\nfrom flask.cli import FlaskGroup\nfrom app import app\n\n"
    "manager = FlaskGroup(create_app=lambda: app)\n"
)
CHANGED: list[tuple[str, str]] = [
    (
        f"{START}\n@manager.option('-n', '--name', dest='name', default='joe')\n"
        "@manager.option('place')\ndef f(name, place): ...\n",
        f'{AFTER}\n@manager.command("f")\n'
        "@click.option('-n', '--name', \"name\", default='joe')\n"
        "@click.argument('place')\ndef f(name, place): ...\n",
    ),
    (
        "from flask import url_for\n"
        f"{START}\n\n@manager.command\ndef links():\n    print(url_for('index'))\n\n\n"
        "@manager.command\ndef both():\n    links()\n",
        "from flask import url_for\n"
        f'{AFTER}\n\n@manager.command("links")\ndef links():\n'
        "    click.get_current_context().with_resource(app.test_request_context())\n"
        "    print(url_for('index'))\n\n\n"
        '@manager.command("both")\ndef both():\n    links.callback()\n',
    ),
    (
        "from flask_script import Manager, Shell, prompt_bool\nfrom app import app\n\n"
        "manager = Manager(app)\n"
        "manager.add_command('shell', Shell(make_context=lambda: {}))\n"
        "prompt_bool('Sure')\n",
        "import click\nfrom flask.cli import FlaskGroup\nfrom app import app\n\n"
        "manager = FlaskGroup(create_app=lambda: app)\n"
        "app.shell_context_processor(lambda: {})\n"
        "click.confirm('Sure')\n",
    ),
]
UNCHANGED = [
    f"{START}\n@manager.command\ndef f(*names): ...\n",
    f"{START}manager.add_option('-c', '--config', dest='config')\n",
    f"{START}\nmanager.add_command('x', Own())\n",
    f"{START}\nmanager.run(default_command='x')\n",
    f"{START}\nclick = 1\n\n\n@manager.command\ndef f(name): ...\n",
    "from flask_script import Command\n\n\nclass A(Command): ...\n",
    "from flask_script import Manager, Clean\n",
    (
        "from own import Manager\n"
        "\n"
        "manager = Manager(app)\n"
        "\n"
        "\n"
        "@manager.command\n"
        "def f(): ...\n"
    ),
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (["greet", "Ann", "-l"], "Ann True"),
        (["links"], "/here"),
        (["greet", "Ann"], "Ann False"),
    ],
)
def test_commands_run(tmp_path, arguments, output):
    old = (
        "from flask import Flask, url_for\nfrom flask_script import Manager\n\n"
        "app = Flask(__name__)\napp.add_url_rule('/here', 'here')\n"
        "manager = Manager(app)\n\n\n"
        "@manager.command\ndef greet(name, loud=False):\n    print(name, loud)\n\n\n"
        "@manager.command\ndef links():\n    print(url_for('here'))\n\n\n"
        "if __name__ == '__main__':\n    manager.run()\n"
    )
    path = tmp_path / "manage.py"
    path.write_bytes(rewrite(old.encode(), PurePath(path), ["python"], [RULE]).after)

    command = [sys.executable, path, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == output
