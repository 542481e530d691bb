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


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        (" a@example.com ", "", "a@example.com"),
        ("Me <a@example.com>", "Me", "a@example.com"),
        ("<a@example.com>", "", "a@example.com"),
        ('"Shop, Inc. \\"x\\"" <a@example.com>', 'Shop, Inc. "x"', "a@example.com"),
        ("Ada (Sales) <a@example.com>", "Ada (Sales)", "a@example.com"),
    ],
)
def test_a_string_is_an_address_with_or_without_a_name(text: str, name: str, spec: str):
    address = parse_address(text)

    assert (address.display_name, address.addr_spec) == (name, spec)


@pytest.mark.parametrize(
    "text",
    [
        "a@example.com, b@example.com",
        "a@example.com, Eve <e@example.com>",
        "Content-Type: a@example.com",
        "group: a@example.com;",
        "a@example.com (e@example.com)",
        "(x) a@example.com",
        "Eve <e@example.com> <a@example.com>",
        "nobody",
        "",
    ],
)
def test_a_string_that_is_more_or_less_than_an_address_is_refused(text: str):
    with pytest.raises(AddressError):
        parse_address(text)
