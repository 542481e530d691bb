"""A refusal is an answer with the status 403."""

from carboy.auth.access import AccessDeniedError
from carboy.errors import CarboyError


def test_a_refusal_is_a_403_and_an_error_of_carboy():
    error = AccessDeniedError("You may not edit this.")

    assert isinstance(error, CarboyError)
    assert error.get_response().status_code == 403
    assert "You may not edit this." in error.get_response().get_data(as_text=True)
