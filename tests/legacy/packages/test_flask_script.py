"""If this passes, Flask-Script's modules are the battery's."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.mark.parametrize(
    "module", ["flask_script", "flask.ext.script", "flaskext.script"]
)
def test_a_manager_runs_a_command(run_old, module, capsys):
    names = run_old(
        f"from {module} import Manager, Command, Option, prompt_bool\n"
        "from flask_script.commands import Server, ShowUrls\n"
        "from flask import Flask\n"
        "manager = Manager(Flask(__name__))\n"
        "@manager.option('-n', '--name', dest='name')\n"
        "def hello(name): print('hello', name)\n"
    )

    names["manager"].handle("manage.py", ["hello", "-n", "bob"])

    assert capsys.readouterr().out == "hello bob\n"
