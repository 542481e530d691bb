"""The tables of roles, tokens, second factors and linked identities.

They are made when they are first missed. A site that keeps its tables by migrations
calls `make_credential_tables(metadata)` in its models.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.db import OwnTables

USER_ID_LENGTH = 64


def make_credential_tables(metadata: sa.MetaData) -> dict[str, sa.Table]:
    """Describe the tables, for a site that makes them by a migration."""
    tables = (
        _make_roles(metadata),
        _make_api_tokens(metadata),
        _make_totp(metadata),
        _make_recovery_codes(metadata),
        _make_passkeys(metadata),
        _make_identities(metadata),
        _make_trusted_browsers(metadata),
    )
    return {table.name: table for table in tables}


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True)


def _user_id() -> sa.Column[str]:
    return sa.Column("user_id", sa.String(USER_ID_LENGTH), nullable=False, index=True)


def _time(name: str, *, nullable: bool = True) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _make_roles(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "carboy_auth_role",
        metadata,
        sa.Column("user_id", sa.String(USER_ID_LENGTH), primary_key=True),
        sa.Column("role", sa.String(64), primary_key=True),
    )


def _make_api_tokens(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "carboy_auth_api_token",
        metadata,
        _id(),
        _user_id(),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        _time("created_at", nullable=False),
        _time("expires_at"),
        _time("last_used_at"),
        _time("revoked_at"),
    )


def _make_totp(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "carboy_auth_totp",
        metadata,
        sa.Column("user_id", sa.String(USER_ID_LENGTH), primary_key=True),
        sa.Column("secret", sa.String(255), nullable=False),
        # No code of this step or of an earlier one is accepted again.
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _time("confirmed_at"),
    )


def _make_recovery_codes(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "carboy_auth_recovery_code",
        metadata,
        _id(),
        _user_id(),
        sa.Column("digest", sa.String(64), nullable=False),
        _time("used_at"),
    )


def _make_passkeys(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "carboy_auth_passkey",
        metadata,
        _id(),
        _user_id(),
        # An id may have 1,023 bytes, more than MySQL can index.
        sa.Column("id_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("is_synced", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        _time("created_at", nullable=False),
        _time("last_used_at"),
    )


def _make_identities(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "carboy_auth_identity",
        metadata,
        _id(),
        _user_id(),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(190), nullable=False),
        sa.Column("label", sa.String(254), nullable=False),
        _time("created_at", nullable=False),
        _time("last_used_at"),
        sa.UniqueConstraint("provider", "subject", name="uq_carboy_auth_identity"),
    )


def _make_trusted_browsers(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "carboy_auth_trusted_browser",
        metadata,
        _id(),
        _user_id(),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("label", sa.String(120), nullable=False),
        _time("created_at", nullable=False),
        _time("expires_at", nullable=False),
    )


METADATA = sa.MetaData()
TABLES = make_credential_tables(METADATA)
ROLES = TABLES["carboy_auth_role"]
API_TOKENS = TABLES["carboy_auth_api_token"]
TOTP = TABLES["carboy_auth_totp"]
RECOVERY_CODES = TABLES["carboy_auth_recovery_code"]
PASSKEYS = TABLES["carboy_auth_passkey"]
IDENTITIES = TABLES["carboy_auth_identity"]
TRUSTED_BROWSERS = TABLES["carboy_auth_trusted_browser"]

prepare = OwnTables(METADATA).prepare


def delete_credentials(session: Session, user_id: str) -> None:
    """Delete what logs a user in, except the password; roles stay."""
    prepare(session)
    for table in TABLES.values():
        if table is not ROLES:
            session.execute(sa.delete(table).where(table.c.user_id == user_id))


def delete_factors(session: Session, user_id: str) -> None:
    """Delete the authenticator app, recovery codes, passkeys and trusted browsers."""
    prepare(session)
    for table in (TOTP, RECOVERY_CODES, PASSKEYS, TRUSTED_BROWSERS):
        session.execute(sa.delete(table).where(table.c.user_id == user_id))
