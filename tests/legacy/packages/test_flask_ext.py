"""If this passes, flask.ext and flaskext lead to the package."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.mark.parametrize(
    "name", ["flask.ext.script", "flaskext.script", "flask.ext.wtf.csrf"]
)
def test_a_module_is_forwarded(run_old, name):
    names = run_old(f"import {name} as old")

    assert names["old"].__name__ == name
    assert (
        names["old"].CSRFProtect if "csrf" in name else names["old"].Manager
    ) is not None
