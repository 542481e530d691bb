"""Codes are those of RFC 6238, and nothing that only looks like one is accepted."""

import base64

import pytest

from carboy.auth.second_factors.totp_codes import (
    find_step,
    make_code,
    make_secret,
    make_uri,
    render_qr,
    step_of,
)

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(now, code):
    assert make_code(SECRET, step_of(now)) == code
    assert find_step(SECRET, code, now) == step_of(now)


def test_a_code_is_accepted_a_step_early_or_late_and_no_more():
    code = make_code(SECRET, 1000)
    accepted = [n for n in range(-5, 6) if find_step(SECRET, code, (1000 + n) * 30)]

    assert accepted == [-1, 0, 1]


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢", "+28708"])
def test_other_texts_are_no_codes(code):
    assert find_step(SECRET, code, 59) is None


def test_spaces_in_a_code_are_ignored():
    assert find_step(SECRET, " 287 082 ", 59) == 1


def test_the_address_escapes_names():
    uri = make_uri("ABC", "a&b@example.com", "My Shop?")

    assert uri.startswith(
        "otpauth://totp/My%20Shop%3F%3Aa%26b%40example.com?secret=ABC"
    )


def test_the_qr_code_is_svg_without_addresses_of_others():
    picture = render_qr(make_uri(make_secret(), "a@example.com", "Shop"))

    assert picture.startswith("<svg")
    assert "http" not in picture
    assert "style=" not in picture
