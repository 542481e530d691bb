"""The fixtures of credentials, and a provider of logins."""

from tests.auth.social.conftest import (  # noqa: F401 - fixtures
    app,
    clock,
    context,
    db,
    flow,
    identities,
    providers,
    running,
    server,
    session,
)
