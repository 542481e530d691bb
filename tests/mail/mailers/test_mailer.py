"""An envelope cannot be changed."""

import dataclasses

import pytest

from carboy.mail.mailers.mailer import Envelope


def test_an_envelope_is_immutable():
    envelope = Envelope("m", "s@b.co", ("a@b.co",), b"x")
    with pytest.raises(dataclasses.FrozenInstanceError):
        envelope.sender = "evil@b.co"
