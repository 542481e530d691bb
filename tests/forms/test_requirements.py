"""If this passes, `carboy.forms.validators` names its extra, not WTForms alone."""

import subprocess
import sys

import pytest

from carboy.forms import requirements
from carboy.install_source import make_install_command


@pytest.mark.parametrize(
    "statement",
    ["import carboy.forms.validators", "from carboy.forms.validators import Length"],
)
def test_the_extra_is_named_in_one_line(statement):
    code = (
        "import sys; sys.modules['wtforms'] = None\n"
        f"try:\n {statement}\n"
        "except ImportError as error: print(error)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert requirements.require_extra.__module__ == "carboy.extras"
    assert done.stdout == (
        "carboy.forms needs wtforms, which is not installed. "
        f"Run: {make_install_command('forms')}\n"
    )
