"""What the battery keeps for one app."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from carboy.core import AppState, registry_of
from carboy.errors import ConfigError

from .attached_columns import AttachedColumn, list_columns
from .attachment import AttachedFile
from .content.images import ImageProcesses, ImageSize
from .errors import FileMissingError
from .intake import Intake
from .kept import KeptFiles
from .links import Link, Links
from .rules import UploadRules
from .settings import UploadsSettings
from .storages import Storage

VARIANTS = "variants"


@dataclass(slots=True)
class UploadsState:
    """Settings, storage, rules and links of one app."""

    app: Flask
    settings: UploadsSettings
    storage: Storage
    images: ImageProcesses
    intake: Intake
    links: Links
    # The rules by the first part of keys, for serving.
    rules: dict[str, UploadRules] = field(default_factory=dict)
    db: Any = None

    def make_url(
        self,
        attachment: AttachedFile,
        variant: str | None,
        *,
        expires: int | None,
        download: bool,
        external: bool,
    ) -> str:
        """Return the signed URL of a file."""
        rules = self.find_rules(attachment.key)
        if variant is not None and variant not in rules.variants:
            known = ", ".join(rules.variants) or "none"
            raise FileMissingError(
                f"{attachment!r} has no variant {variant!r}. Its column declares "
                f"{known}."
            )
        if expires is None and (rules.private or rules.policy):
            expires = self.settings.link_expires
        link = Link(
            attachment.key,
            attachment.name,
            attachment.kind.name,
            variant or "",
            is_inline=attachment.is_inline and not download,
        )
        return self.links.make(link, expires, external=external)

    def list_variants(self, key: str) -> list[str]:
        """Return the names of the variants that a file has."""
        return list(self.find_rules(key).variants)

    def find_rules(self, key: str) -> UploadRules:
        """Return the rules of the column that owns a key, or those for all files."""
        owner = key.partition("/")[0]
        if owner not in self.rules:
            self.rules.update((each.owner, each.rules) for each in self.list_columns())
        return self.rules.get(owner, UploadRules())

    def list_columns(self) -> list[AttachedColumn]:
        """Return the attachment columns of the models of this app."""
        if self.db is None:
            return []
        bases = [self.db.Model, *registry_of(self.app).models.values()]
        return list(list_columns([base.registry for base in bases]))

    def make_kept_files(self) -> KeptFiles:
        """Return where accepted files wait for the rest of their form."""
        keys = list_keys(self.app)
        return KeptFiles(self.storage, keys, self.settings.kept_expires)

    def remove(self, key: str, variants: Mapping[str, ImageSize]) -> None:
        """Remove a file that no row has any more, with its variants."""
        self.storage.delete(key)
        for name, size in variants.items():
            with contextlib.suppress(FileMissingError):
                self.storage.delete(make_variant_key(key, name, size))


def list_keys(app: Flask) -> list[bytes]:
    """Return the keys of the site, the current one last."""
    if not app.secret_key:
        raise ConfigError(
            "SECRET_KEY is not set; links to files cannot be signed. Set it to a "
            "random text."
        )
    old = app.config.get("SECRET_KEY_FALLBACKS") or ()
    keys = [*old, app.secret_key]
    return [key.encode() if isinstance(key, str) else key for key in keys]


def make_variant_key(key: str, name: str, size: ImageSize) -> str:
    """Return the key of a variant; another size is another file."""
    crop = "c" if size.crop else ""
    return f"{VARIANTS}/{key}/{name}-{size.width}x{size.height}{crop}"


uploads_state: AppState[UploadsState] = AppState("carboy_uploads")
