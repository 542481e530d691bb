"""The column type for keys: compared byte by byte, and limited in length."""

import hashlib
import re
from typing import Any

import sqlalchemy as sa
from typing_extensions import override

# MariaDB indexes no more; longer keys are shortened.
KEY_BYTES = 255
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class KeyColumn(sa.TypeDecorator[str]):
    """Text compared byte by byte, also where a database ignores case and spaces."""

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
    """Return `key`, or its beginning and a hash if a database cannot store it.

    That is if it is too long for an index, or has a character that not all databases
    accept: NUL or a lone surrogate.
    """
    data = key.encode("utf-8", "surrogatepass")
    if len(data) <= KEY_BYTES and not _UNSTORABLE.search(key):
        return key
    # The beginning stays, so that `clear(prefix)` still matches it.
    start = _UNSTORABLE.split(key, maxsplit=1)[0].encode()
    start = start[: KEY_BYTES - 65]
    return f"{start.decode('utf-8', 'ignore')}#{hashlib.sha256(data).hexdigest()}"
