"""Keys as a column of a table: compared byte by byte, and never too long."""

import hashlib
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

# Longer keys are shortened; MariaDB indexes no more.
KEY_BYTES = 255


class KeyColumn(sa.TypeDecorator[str]):
    """A text compared byte by byte, also where texts ignore case and spaces."""

    impl = sa.String(KEY_BYTES)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name in {"mysql", "mariadb"}:
            return dialect.type_descriptor(sa.VARBINARY(KEY_BYTES))
        return dialect.type_descriptor(sa.String(KEY_BYTES))

    @override
    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> Any:
        if value is not None and dialect.name in {"mysql", "mariadb"}:
            return value.encode()
        return value

    @override
    def process_result_value(
        self,
        value: Any,
        dialect: sa.Dialect,
    ) -> str | None:
        return value.decode() if isinstance(value, bytes) else value


def short_key(key: str) -> str:
    """Give `key`, or its beginning and a hash where it is too long for an index."""
    data = key.encode("utf-8", "surrogatepass")
    if len(data) <= KEY_BYTES:
        return key
    # The beginning stays, so that `clear(prefix)` still finds it.
    start = data[: KEY_BYTES - 65].decode("utf-8", "ignore")
    return f"{start}#{hashlib.sha256(data).hexdigest()}"
