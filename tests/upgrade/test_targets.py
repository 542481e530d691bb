"""If this passes, --target is read, and mistakes in it are named."""

import pytest

from carboy.errors import ConfigError
from carboy.upgrade.targets import is_reached, parse_targets


def test_targets_are_read():
    targets = parse_targets("flask=2.0, Flask_WTF=1.0")

    assert targets["flask"] == "2.0"
    assert targets["flask-wtf"] == "1.0"
    assert targets["celery"]


@pytest.mark.parametrize("text", ["flsk=1", "flask=new", "flask"])
def test_mistakes_are_named(text):
    with pytest.raises(ConfigError, match=r"--target"):
        parse_targets(text)


def test_versions_are_compared_as_numbers():
    assert is_reached({"flask": "2.10"}, "flask", "2.3")
    assert not is_reached({"flask": "2.2"}, "flask", "2.3")
    assert is_reached({}, "unknown", "9")
