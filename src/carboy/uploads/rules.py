"""What a column or field accepts: size, kinds, pixels, space that is left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .attachment import AttachedFile, Image
from .content.archives import ArchiveLimits
from .content.images import DECODED, ImageSize, require_pillow
from .content.kinds import KINDS, find_kinds
from .errors import UploadError
from .settings import parse_size

VariantSizes = Mapping[str, tuple[int, int] | ImageSize]


@dataclass(frozen=True, slots=True)
class UploadRules:
    """The rules of one column or field."""

    value_class: type[AttachedFile] = AttachedFile
    # None: UPLOADS_MAX_SIZE.
    max_size: int | None = None
    # None: everything, also what is not known.
    kinds: frozenset[str] | None = None
    variants: Mapping[str, ImageSize] = field(default_factory=dict)
    private: bool = False
    # Whether the current visitor may have the file.
    policy: Callable[[AttachedFile], bool] | None = None
    # The bytes that the current visitor may still send, or None.
    quota: Callable[[], int | None] | None = None
    archive: ArchiveLimits = field(default_factory=ArchiveLimits)

    @property
    def is_image(self) -> bool:
        """Return whether files are images, which are decoded and written anew."""
        return issubclass(self.value_class, Image)

    @property
    def accept(self) -> str:
        """The extensions for the attribute `accept` of a file input."""
        return ",".join(f".{each}" for each in self.list_extensions())

    def list_extensions(self) -> list[str]:
        """Return the usual extensions of the accepted kinds, or nothing for all."""
        from_kinds = [KINDS[name].extensions for name in sorted(self.kinds or ())]
        return [each for extensions in from_kinds for each in extensions[:2]]


def make_rules(
    value_class: type[AttachedFile] = AttachedFile,
    *,
    max_size: int | str | None = None,
    kinds: tuple[str, ...] | list[str] | None = None,
    variants: VariantSizes | None = None,
    **options: Any,
) -> UploadRules:
    """Return rules as sites write them: `make_rules(Image, max_size="2 MB")`."""
    if not issubclass(value_class, AttachedFile):
        raise UploadError(
            f"{value_class!r} is no class of attachments. Use Image, Document or "
            f"AttachedFile."
        )
    names = value_class.default_kinds if kinds is None else tuple(kinds)
    found = find_kinds(names) if names else None
    rules = UploadRules(
        value_class,
        None if max_size is None else parse_size(max_size),
        found,
        {name: _to_size(size) for name, size in (variants or {}).items()},
        **options,
    )
    if rules.is_image:
        require_pillow()
        _check_decoded(rules)
    elif rules.variants:
        raise UploadError(
            f"{value_class.__name__} has no variants: only images have. Use Image."
        )
    return rules


def _to_size(size: tuple[int, int] | ImageSize) -> ImageSize:
    return size if isinstance(size, ImageSize) else ImageSize(*size)


def _check_decoded(rules: UploadRules) -> None:
    others = (rules.kinds or frozenset()) - DECODED
    if others or not rules.kinds:
        raise UploadError(
            f"Images of the kinds {', '.join(sorted(others)) or 'all'} are not decoded "
            f"here. Name some of {', '.join(sorted(DECODED))}, or use AttachedFile."
        )
