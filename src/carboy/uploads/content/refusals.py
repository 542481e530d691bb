"""The messages of files that are refused, in the language of the visitor."""

from typing import Protocol

from carboy.translation import gettext as _, ngettext
from carboy.uploads.errors import UploadRefusedError

_KILOBYTE = 1024
_MEGABYTE = 1024 * 1024
_MEGAPIXEL = 1_000_000


class PixelLimits(Protocol):
    """The limits that messages about images name."""

    @property
    def max_pixels(self) -> int:
        """The most pixels."""

    @property
    def max_frames(self) -> int:
        """The most frames of an animation."""


def refuse_image(reason: str, limits: PixelLimits) -> UploadRefusedError:
    """Return the error of an image that was not decoded."""
    if reason == "pixels":
        text = _(
            "This image is too large. Choose one of at most %(most)s megapixels.",
            most=format(limits.max_pixels / _MEGAPIXEL, "g"),
        )
    elif reason == "frames":
        text = _(
            "This animation is too long. Choose one of at most %(most)d frames.",
            most=limits.max_frames,
        )
    elif reason == "time":
        text = _("This image takes too long to read. Choose a smaller one.")
    else:
        reason = "broken"
        text = _("This image is damaged. Choose another one.")
    return UploadRefusedError(text, reason)


def refuse_size(max_size: int, reason: str = "too_large") -> UploadRefusedError:
    """Return the error of a file that is too large."""
    return UploadRefusedError(
        _(
            "This file is too large. Choose one of at most %(most)s.",
            most=show(max_size),
        ),
        reason,
    )


def refuse_empty() -> UploadRefusedError:
    """Return the error of a file without content."""
    return UploadRefusedError(_("This file is empty. Choose another one."), "empty")


def refuse_kind(kinds: str) -> UploadRefusedError:
    """Return the error of a file of another kind."""
    return UploadRefusedError(
        _(
            "This type of file is not accepted. Choose one of these: %(kinds)s.",
            kinds=kinds,
        ),
        "kind",
    )


def refuse_quota(left: int) -> UploadRefusedError:
    """Return the error of a file for which there is no space left."""
    return UploadRefusedError(
        _(
            "There is not enough space for this file: %(left)s are left.",
            left=show(left),
        ),
        "quota",
    )


def refuse_count(most: int) -> UploadRefusedError:
    """Return the error of too many files."""
    text = ngettext("Choose one file only.", "Choose at most %(num)d files.", most)
    return UploadRefusedError(text, "too_many")


def refuse_archive() -> UploadRefusedError:
    """Return the error of an archive that is too large unpacked, or dangerous."""
    return UploadRefusedError(
        _("The content of this archive is not accepted. Choose another one."), "archive"
    )


def show(size: int) -> str:
    """Return a number of bytes as people write it.

    >>> show(2 * 1024 * 1024)
    '2 MB'
    """
    if size >= _MEGABYTE:
        return f"{size / _MEGABYTE:.4g} MB"
    if size >= _KILOBYTE:
        return f"{size / _KILOBYTE:.4g} kB"
    return f"{max(size, 0)} B"
