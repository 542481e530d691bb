"""What an export has of all that proves who a user is and what the user may."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .credential_tables import METADATA, prepare

# Table → the columns that its user gets a copy of; the others are secrets.
_EXPORTED = {
    "carboy_auth_role": ("role",),
    "carboy_auth_api_token": (
        "name",
        "prefix",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ),
    "carboy_auth_totp": ("confirmed_at",),
    "carboy_auth_recovery_code": ("used_at",),
    "carboy_auth_passkey": ("name", "is_synced", "created_at", "last_used_at"),
    "carboy_auth_identity": ("provider", "subject", "label", "created_at"),
    "carboy_auth_trusted_browser": ("label", "created_at", "expires_at"),
}


def export_credentials(session: Session, user_id: str) -> dict[str, Any]:
    """Return the roles, tokens, factors and linked identities of a user, for JSON."""
    exported: dict[str, Any] = {}
    for name, columns in _EXPORTED.items():
        table = METADATA.tables[name]
        query = sa.select(*(table.c[each] for each in columns)).where(
            table.c.user_id == user_id
        )
        rows = prepare(session).execute(query).mappings()
        exported[name.removeprefix("carboy_auth_")] = [dict(row) for row in rows]
    return exported
