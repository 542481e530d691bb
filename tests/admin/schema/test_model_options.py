"""An unknown option is named, with the one that was meant."""

import pytest

from carboy.admin import AdminSetupError
from carboy.admin.schema import make_options
from tests.admin import zoo


def test_a_misspelt_option_is_named() -> None:
    with pytest.raises(AdminSetupError, match=r"colums.*Did you mean 'columns'"):
        make_options(zoo.House, {"colums": []})


def test_options_have_defaults() -> None:
    assert make_options(zoo.House, {}).per_page == 50
