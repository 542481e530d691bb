"""The fixtures of credentials, without pages."""

from tests.auth.credentials_fixtures import (  # noqa: F401 - fixtures
    app,
    clock,
    context,
    db,
    session,
)
