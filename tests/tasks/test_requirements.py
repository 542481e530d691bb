"""If this passes, `carboy.tasks` names its extra before the first import fails."""

import subprocess
import sys

from carboy.install_source import make_install_command
from carboy.tasks import requirements


def test_the_extra_is_checked_before_other_modules_are_imported():
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "try:\n import carboy.tasks\n"
        "except ImportError as error: print(error)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert requirements.require_extra.__module__ == "carboy.extras"
    assert "needs sqlalchemy" in done.stdout
    assert make_install_command("tasks") in done.stdout
