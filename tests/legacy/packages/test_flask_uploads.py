"""If this passes, Flask-Uploads is there as soon as its battery is."""

from importlib.util import find_spec

import pytest

from carboy.legacy.packages.flask_uploads import HERE, MODULES, ROWS, is_here

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_it_is_offered_only_with_its_battery():
    has_battery = (
        find_spec("carboy.uploads") is not None and find_spec(HERE) is not None
    )

    assert is_here() is has_battery
    assert bool(MODULES) is has_battery


def test_each_name_is_that_of_the_battery():
    for row in ROWS if is_here() else ():
        assert row.resolve() is not None, row.name


def test_without_the_battery_the_package_is_not_found(run_old):
    code = "from flask_uploads import UploadSet, IMAGES, configure_uploads"

    if is_here():
        run_old(code)
    else:
        with pytest.raises(ModuleNotFoundError, match="flask_uploads"):
            run_old(code)
