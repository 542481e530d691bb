"""The settings of uploads."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from carboy.core import Section, setting
from carboy.errors import ConfigError

_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmg]?b?)\s*", re.IGNORECASE)


class UploadsSettings(Section, frozen=True, kw_only=True):
    """Where files are stored, how long links are valid, and what images may have."""

    prefix: ClassVar[str] = "UPLOADS"
    obsolete: ClassVar[Mapping[str, str]] = {
        "UPLOADS_AUTOSERVE": "Upload sets without a URL of their own are served."
    }

    storage: Annotated[
        str,
        setting(
            "Address of the storage: local:folder, relative to the instance folder, "
            "memory:, or s3://bucket. Unset: local:uploads, and memory: in tests.",
            secret=True,
        ),
    ] = ""
    default_dest: Annotated[
        str,
        setting("Folder of the sets of `carboy.uploads.flask_uploads` without one."),
    ] = ""
    default_url: Annotated[
        str, setting("URL of these sets, if another server serves them.")
    ] = ""
    url: Annotated[str, setting("Path below which files are served.")] = "/uploads"
    max_size: Annotated[
        str, setting("Largest file of a rule that names no size: 10 MB.")
    ] = "10 MB"
    link_expires: Annotated[
        int, setting("Seconds that a link to a private file is valid.", ge=1)
    ] = 3600
    kept_expires: Annotated[
        int,
        setting(
            "Seconds that a file is kept while the other fields of its form are "
            "corrected.",
            ge=60,
        ),
    ] = 3600
    sweep_age: Annotated[
        int,
        setting(
            "Seconds after which a file without a row is removed: longer than the "
            "longest transaction.",
            ge=0,
        ),
    ] = 86_400
    image_pixels: Annotated[
        int, setting("Most pixels of an image, over all its frames.", ge=1)
    ] = 40_000_000
    image_frames: Annotated[int, setting("Most frames of an animation.", ge=1)] = 200
    image_timeout: Annotated[
        float, setting("Seconds that an image may take to be decoded.", ge=0.1)
    ] = 10.0
    image_processes: Annotated[
        int, setting("Images that a process decodes at the same time.", ge=1)
    ] = 2


def parse_size(size: int | str) -> int:
    """Return a number of bytes: `parse_size("2 MB")`; a megabyte is 1,048,576 bytes."""
    if isinstance(size, int):
        return size
    match = _SIZE.fullmatch(size)
    unit = match[2].lower() if match else ""
    unit = unit if unit.endswith("b") or not unit else f"{unit}b"
    if match is None or unit not in _UNITS:
        raise ConfigError(
            f"{size!r} is no size of a file. Write a number of bytes, or a text such "
            f"as '500 kB' or '2 MB'."
        )
    return int(float(match[1]) * _UNITS[unit])
