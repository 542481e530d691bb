"""Tokens are made, listed and revoked at the command line."""

from carboy.auth.api_tokens import find_tokens, tokens


def test_a_token_is_made_listed_and_revoked(app):
    run = app.test_cli_runner().invoke

    made = run(tokens, ["create", "1", "deploy", "--scope", "posts.*"])
    listed = run(tokens, ["list", "1"]).output

    (text,) = find_tokens(made.output)
    assert "deploy  posts.*" in listed
    assert "used never" in listed
    assert text not in listed
    number = listed.split()[0]
    assert run(tokens, ["revoke", "2", number]).exit_code == 1
    assert (
        run(tokens, ["revoke", "1", number]).output == f"Revoked the token {number}.\n"
    )
    assert run(tokens, ["list", "1"]).output == ""
