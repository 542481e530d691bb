"""Refused requests have the status of the protocol, and say how to go on."""

from carboy.uploads.resumable.errors import (
    refuse_locked,
    refuse_offset,
    refuse_unknown,
)


def test_each_refusal_has_its_status():
    errors = (refuse_unknown(), refuse_locked(), refuse_offset(7))

    assert [error.status for error in errors] == [404, 423, 409]
    assert "7 bytes" in str(errors[2])
