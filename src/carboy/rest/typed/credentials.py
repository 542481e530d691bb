"""Who sends a request: the credentials that were accepted, or the address."""

from collections.abc import Sequence

from flask import current_app, request, session

from carboy.stores import hash_subject, normalize_address

from .security import SecurityScheme


def identify_credential(scheme: SecurityScheme | None) -> str:
    """Return whom a limit counts: by what a scheme has accepted, else the address.

    What nobody has checked does not count: it could be another one each time.
    """
    definition = {} if scheme is None else scheme.definition
    subject = None
    if definition.get("scheme") == "bearer":
        # Checks often ignore the case of the word, and spaces.
        text = request.headers.get("Authorization", "")
        subject = text.strip().partition(" ")[2].strip()
    elif definition.get("in") == "header":
        subject = request.headers.get(definition["name"], "").strip()
    elif definition.get("in") == "cookie":
        subject = session.get("_user_id")
    if subject and scheme is not None:
        return hash_subject(f"{scheme.name} {subject}")
    return identify_address()


def identify_address() -> str:
    """Return the address of a client, for keys of a store."""
    return hash_subject(f"address {normalize_address(request.remote_addr or '')}")


def identify_visitor(schemes: Sequence[SecurityScheme]) -> str:
    """Return whose idempotency keys a request uses: all that it says of its sender.

    More is told apart than limits do, as nobody may get the response of another.
    """
    names = [
        str(scheme.definition["name"])
        for scheme in schemes
        if scheme.definition.get("in") == "header"
    ]
    said = [request.headers.get(name, "") for name in ("Authorization", *names)]
    cookie = current_app.session_interface.get_cookie_name(current_app)
    if cookie in request.cookies:
        user = session.get("_user_id")
        # Two kinds: a cookie of a stranger may have any value, such as that of an id.
        said.append(f"user {user}" if user else f"cookie {request.cookies[cookie]}")
    if not any(said):
        return identify_address()
    return hash_subject("\n".join(said))
