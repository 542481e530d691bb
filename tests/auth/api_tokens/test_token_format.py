"""Tokens are recognised in texts, and wrong ones without a query."""

from carboy.auth.api_tokens.token_format import (
    find_tokens,
    hash_token,
    make_token,
    parse_prefix,
)


def test_a_token_tells_its_prefix_and_nothing_else_does():
    text, prefix = make_token()

    assert parse_prefix(text) == prefix
    assert parse_prefix(text[:-1]) is None
    assert parse_prefix(text.upper()) is None


def test_tokens_are_found_in_a_log():
    tokens = [make_token()[0] for _ in range(3)]

    found = find_tokens("\n".join(f"key='{token}'" for token in tokens) + "cby_x_y")

    assert found == tokens


def test_thousand_tokens_and_hashes_are_different():
    tokens = {make_token()[0] for _ in range(1000)}

    assert len(tokens) == len({hash_token(token) for token in tokens}) == 1000
