"""The variable opens the door, wherever a process begins."""

import os
import subprocess
import sys

import pytest

SAY = """
import sys
DEMO = 'wsgiref.simple_server:demo_app'
def say():
    print('carboy.legacy' in sys.modules)
"""
RUN_COMMAND = """
import atexit
from carboy.cli.main import main
atexit.register(say)
main(['--version'])
"""
STARTS = (
    "from carboy import Carboy",
    RUN_COMMAND,
    "from carboy.server.app_loader import load_target\nload_target(DEMO)",
    "import carboy.tasks.celery.argv",
    "import carboy_pytest\ncarboy_pytest.open_legacy_door()",
)


@pytest.mark.parametrize(("value", "is_open"), [("1", True), ("0", False), ("", False)])
@pytest.mark.parametrize("start", STARTS, ids=range(len(STARTS)))
def test_the_variable_decides(start: str, value: str, is_open: bool):
    code = f"{SAY}\n{start}\nsay()"

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"LEGACY": value},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == str(is_open)
