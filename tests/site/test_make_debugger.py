"""The debugger is not imported with the site: production must not have it."""

import subprocess
import sys

from flask import Flask

from carboy.site import make_debugger

CODE = """
import sys
import carboy.site, carboy.cli.run
print([n for n in sys.modules if "debug" in n and n.startswith(("werk", "carboy"))])
"""


def test_importing_the_site_imports_no_debugger():
    result = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "['carboy.site.make_debugger']"


def test_it_wraps_an_app():
    assert make_debugger(Flask("shop"), "127.0.0.1").app.name == "shop"
