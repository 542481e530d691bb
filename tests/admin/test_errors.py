"""A wrong registration is an error of the site's configuration."""

from carboy.admin import AdminSetupError
from carboy.errors import ConfigError


def test_it_is_an_error_of_configuration() -> None:
    assert issubclass(AdminSetupError, ConfigError)
