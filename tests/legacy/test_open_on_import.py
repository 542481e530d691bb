"""If this passes, importing the battery opens the door."""

import subprocess
import sys


def test_the_import_opens_the_door():
    code = "import carboy.legacy; print(carboy.legacy.is_open())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "True\n"
