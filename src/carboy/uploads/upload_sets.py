"""Named sets of files in a folder, with the extensions that they accept."""

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import quote

from flask import Flask, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.security import safe_join

from carboy.core import AppState, get_current_app
from carboy.errors import ConfigError

from .content.detect import detect_kind
from .content.kinds import KINDS
from .content.names import clean_name
from .durable import sync_file, sync_folder
from .errors import UploadError
from .intake import make_seekable

TEXT = ("txt",)
DOCUMENTS = (
    "rtf",
    "odf",
    "ods",
    "gnumeric",
    "abw",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "pdf",
)
IMAGES = ("jpg", "jpe", "jpeg", "png", "gif", "svg", "bmp", "webp")
AUDIO = ("wav", "mp3", "aac", "ogg", "oga", "flac")
DATA = ("csv", "ini", "json", "plist", "xml", "yaml", "yml")
SCRIPTS = ("js", "php", "pl", "py", "rb", "sh")
ARCHIVES = ("gz", "bz2", "zip", "tar", "tgz", "txz", "7z")
EXECUTABLES = ("so", "exe", "dll")
SOURCE = ("c", "cpp", "h", "hpp", "java", "py", "rb", "js", "html", "css")
DEFAULTS = TEXT + DOCUMENTS + IMAGES + DATA
# The groups that browsers show; each other file is saved.
_INLINE = frozenset({"image", "audio", "video"})
# Kinds whose extension says the same as their content.
_CHECKED = {
    each: kind.name
    for kind in KINDS.values()
    if kind.group in {"image", "audio", "video"} or kind.name == "pdf"
    for each in kind.extensions
}
_CHUNK = 262_144


class UploadNotAllowed(UploadError):
    """Raised for a file that a set does not accept."""


class _All:
    """Contains every extension."""

    def __contains__(self, item: object) -> bool:
        return True


ALL = _All()


class AllExcept:
    """Contains every extension but some: `AllExcept(SCRIPTS + EXECUTABLES)`."""

    def __init__(self, items: Iterable[str]) -> None:
        self.items = frozenset(items)

    def __contains__(self, item: object) -> bool:
        return item not in self.items


@dataclass(slots=True)
class UploadConfiguration:
    """Where the files of a set are, and what `app.config` says about it."""

    destination: str
    base_url: str | None = None
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


sets_state: AppState[dict[str, UploadConfiguration]] = AppState("upload_set_config")


class UploadSet:
    """Files of one purpose: `photos = UploadSet("photos", IMAGES)`."""

    def __init__(
        self,
        name: str = "files",
        extensions: Any = DEFAULTS,
        default_dest: Callable[[Flask], str] | None = None,
    ) -> None:
        if not name.isalnum():
            raise ConfigError(
                f"The name of an upload set has letters and digits only, got {name!r}: "
                f"it is part of the names of settings, such as UPLOADED_PHOTOS_DEST."
            )
        self.name = name
        self.extensions = extensions
        self.default_dest = default_dest

    @property
    def config(self) -> UploadConfiguration:
        """The configuration of this set in the current app."""
        config = (sets_state.find(get_current_app()) or {}).get(self.name)
        if config is None:
            raise ConfigError(
                f"The upload set {self.name!r} is not configured. Call "
                f"configure_uploads(app, {self.name})."
            )
        return config

    def read_configuration(
        self, app: Flask, _known: dict[str, UploadConfiguration]
    ) -> UploadConfiguration:
        """Return what the settings UPLOADED_NAME_… say."""
        prefix = f"UPLOADED_{self.name.upper()}_"
        config = app.config
        destination = config.get(f"{prefix}DEST")
        url = config.get(f"{prefix}URL")
        if not destination and self.default_dest is not None:
            destination = self.default_dest(app)
        if not destination and config.get("UPLOADS_DEFAULT_DEST"):
            destination = str(Path(config["UPLOADS_DEFAULT_DEST"]) / self.name)
            default_url = config.get("UPLOADS_DEFAULT_URL")
            if not url and default_url:
                url = f"{default_url.rstrip('/')}/{self.name}/"
        if not destination:
            raise ConfigError(
                f"The upload set {self.name!r} has no folder. Set {prefix}DEST or "
                f"UPLOADS_DEFAULT_DEST."
            )
        return UploadConfiguration(
            str(Path(app.root_path) / destination),
            url or None,
            tuple(config.get(f"{prefix}ALLOW") or ()),
            tuple(config.get(f"{prefix}DENY") or ()),
        )

    def url(self, filename: str) -> str:
        """Return the URL of a file."""
        base = self.config.base_url
        if base is not None:
            return f"{base.rstrip('/')}/{quote(filename)}"
        return url_for(
            "_uploads.uploaded_file",
            setname=self.name,
            filename=filename,
            _external=True,
        )

    def path(self, filename: str, folder: str | None = None) -> str:
        """Return the path of a file, which need not exist; never outside the folder."""
        parts = [each for each in (folder, filename) if each]
        path = safe_join(self.config.destination, *parts)
        if path is None:
            raise UploadNotAllowed(
                f"{filename!r} leads out of the folder of {self.name}."
            )
        return path

    def extension_allowed(self, ext: str) -> bool:
        """Return whether files may have an extension, given without its dot."""
        config = self.config
        if ext in config.deny:
            return False
        return ext in config.allow or ext in self.extensions

    def file_allowed(self, storage: FileStorage, basename: str) -> bool:
        """Return whether the name of a file and its content are accepted.

        A content that is none of its extension is refused: a page called `a.jpg`.
        """
        ext = extension(basename)
        if not self.extension_allowed(ext):
            return False
        expected = _CHECKED.get(ext)
        return expected is None or detect_kind(make_seekable(storage)).name == expected

    def get_basename(self, filename: str) -> str:
        """Return the name for saving a file; letters of all languages stay."""
        return lowercase_ext(clean_name(filename).replace(" ", "_"))

    def save(
        self, storage: FileStorage, folder: str | None = None, name: str | None = None
    ) -> str:
        """Save a file whole, and return its name with its folder.

        `name` is another name, with a dot at its end to keep the extension. A name that
        exists gets a number.
        """
        if not isinstance(storage, FileStorage):
            raise TypeError(
                f"save() needs a file of request.files, got {type(storage).__name__}."
            )
        if folder is None and name is not None and "/" in name:
            folder, _slash, name = name.rpartition("/")
        basename = self.get_basename(storage.filename or "")
        if not storage.filename or not self.file_allowed(storage, basename):
            raise UploadNotAllowed(f"The file {basename!r} is not accepted.")
        if name:
            basename = self._rename(name, basename)
        target = Path(self.path(basename, folder))
        target.parent.mkdir(parents=True, exist_ok=True)
        saved = _write(make_seekable(storage), target, self)
        return f"{folder}/{saved}" if folder else saved

    def resolve_conflict(self, target_folder: str, basename: str) -> str:
        """Return a name that does not exist: `a.jpg` becomes `a_1.jpg`."""
        path = PurePosixPath(basename)
        number = 1
        while (Path(target_folder) / f"{path.stem}_{number}{path.suffix}").exists():
            number += 1
        return f"{path.stem}_{number}{path.suffix}"

    def _rename(self, name: str, basename: str) -> str:
        if name.endswith("."):
            name = f"{name}{extension(basename)}"
        renamed = self.get_basename(name)
        if not self.extension_allowed(extension(renamed)):
            raise UploadNotAllowed(f"The name {renamed!r} is not accepted.")
        return renamed


def extension(filename: str) -> str:
    """Return the extension of a name in lower case, without its dot."""
    return PurePosixPath(filename).suffix.lower().lstrip(".")


def lowercase_ext(filename: str) -> str:
    """Return a name with its extension in lower case."""
    path = PurePosixPath(filename)
    return f"{filename.removesuffix(path.suffix)}{path.suffix.lower()}"


def addslash(url: str) -> str:
    """Return an address with a slash at its end."""
    return url if url.endswith("/") else f"{url}/"


def is_shown_inline(filename: str) -> bool:
    """Return whether browsers may show a file of this extension."""
    kind = _CHECKED.get(extension(filename))
    return kind is not None and KINDS[kind].group in _INLINE


def _write(source: BinaryIO, target: Path, upload_set: UploadSet) -> str:
    """Write a file beside its name, and link it: of two at once, each has its own."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=".upload-")
    half = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            source.seek(0)
            while data := source.read(_CHUNK):
                file.write(data)
            sync_file(file)
        # Other servers may serve the folder, as they did before.
        half.chmod(0o644)
        while True:
            try:
                target.hardlink_to(half)
                break
            except FileExistsError:
                folder = str(target.parent)
                target = target.parent / upload_set.resolve_conflict(
                    folder, target.name
                )
    finally:
        half.unlink()
    sync_folder(target.parent)
    return target.name
