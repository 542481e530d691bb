"""Addresses are checked, and their domains converted to ASCII."""

import pytest

from carboy.mail import AddressError
from carboy.mail.addresses import parse_address, parse_addresses


@pytest.mark.parametrize("value", ["", "a", "@b.co", "a@", "a b@c.de", "a@b@c.de", 5])
def test_a_wrong_address_is_an_error_that_shows_it(value: object):
    with pytest.raises(AddressError):
        parse_address(value)


@pytest.mark.parametrize(
    "value",
    ["Ada <a@shop.test>", ("Ada", "a@shop.test"), ["Ada", "a@shop.test"]],
)
def test_an_address_may_have_a_name(value: object):
    address = parse_address(value)

    assert (address.display_name, address.addr_spec) == ("Ada", "a@shop.test")


def test_the_same_address_is_reached_once():
    assert len(parse_addresses(["a@b.co", "A <a@b.co>"])) == 1
