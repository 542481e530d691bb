"""Errors of languages."""

from carboy.errors import ConfigError
from carboy.i18n.errors import CatalogueError


def test_a_broken_catalogue_is_a_fault_of_the_configuration():
    assert issubclass(CatalogueError, ConfigError)
