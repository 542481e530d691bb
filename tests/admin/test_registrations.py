"""Registrations start empty: every model is there by itself."""

from carboy.admin.registrations import Registrations


def test_the_defaults() -> None:
    given = Registrations()

    assert given.all_models
    assert not given.options
