"""Files that were accepted while another field of their form was not."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace

import msgspec
from itsdangerous import BadData, URLSafeTimedSerializer

from .attachment import AttachedFile, FileDetails, KeptContent
from .storages import Storage

INCOMING = "incoming"
_SALT = "carboy.uploads.kept"


class KeptFiles:
    """Stores files until their form is accepted; a signed token in the page names them.

    Whoever has the token can send the file again with the same form, and nothing else.
    """

    def __init__(self, storage: Storage, keys: Sequence[bytes], seconds: int) -> None:
        self._storage = storage
        self._keys = keys
        self._seconds = seconds

    def keep(self, attachment: AttachedFile, owner: str) -> str:
        """Return a token for an accepted file, which is stored if it is not yet."""
        if isinstance(attachment.content, KeptContent):
            waits_at = attachment.content.waits_at
        else:
            name = secrets.token_hex(16)
            waits_at = f"{INCOMING}/{name[:2]}/{name}"
            self._storage.write(
                waits_at, attachment.chunks(), content_type=attachment.content_type
            )
        details = msgspec.to_builtins(attachment.details)
        token: str | bytes = self._serializer().dumps([owner, waits_at, details])
        return token if isinstance(token, str) else token.decode()

    def find(
        self, token: str, owner: str, value_class: type[AttachedFile]
    ) -> AttachedFile | None:
        """Return the file of a token of this column, or None if it is too old."""
        try:
            content = self._serializer().loads(token, max_age=self._seconds)
        except BadData:
            return None
        token_owner, waits_at, details = content
        if token_owner != owner or self._storage.stat(waits_at) is None:
            return None
        details = msgspec.convert(details, FileDetails)
        # A form that is sent twice at once stores two files, not one under one key.
        root, _slash, name = details.key.rpartition("/")
        _, dot, extension = name.partition(".")
        name = f"{secrets.token_hex(16)}{dot}{extension}"
        details = replace(details, key=f"{root}/{name}")
        return value_class(details, KeptContent(self._storage, waits_at))

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            list(self._keys),
            salt=_SALT,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
