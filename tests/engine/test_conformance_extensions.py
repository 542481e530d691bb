"""Scripts with popular extensions see the same on stock Flask and on the engine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "conformance"
SCRIPTS = sorted(path.stem for path in (FOLDER / "smoke").glob("*.py"))


def run(script, side):
    return subprocess.run(
        [sys.executable, "extensions.py", side, script],
        cwd=FOLDER,
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_extension_works_on_the_engine_as_on_stock_flask(script):
    stock = run(script, "stock")
    engine = run(script, "engine")

    assert stock.returncode == 0, stock.stderr
    assert len(stock.stdout.splitlines()) > 10
    assert engine.stdout == stock.stdout
    assert engine.stderr == stock.stderr
    assert engine.returncode == 0
