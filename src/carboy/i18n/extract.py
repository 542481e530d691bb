"""Find the marked texts of a folder, and write catalogue files in one form."""

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "_n": (1, 2),
    "gettext_noop": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
    "lazy_pgettext": ((1, "c"), 2),
    "ui_text": None,
}
# A call, even one with a comment or the end of the line before its bracket.
_CALL = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\s*[(\\#]".encode())
SKIPPED = frozenset({
    "node_modules",
    "venv",
    "env",
    "build",
    "dist",
    "tests",
    "migrations",
})
_JINJA = "jinja2.ext:babel_extract"
TEMPLATES = ("html", "htm", "jinja", "jinja2", "j2", "txt", "xml")
# One date for all: a file changes only if its texts change.
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def extract_catalog(
    folder: Path,
    extensions: Iterable[str] = (),
    *,
    more: Iterable[str] = (),
    skipped: frozenset[str] = SKIPPED,
) -> Catalog:
    """Return the marked texts of the Python files and templates below a folder.

    Templates are files with a known suffix below a folder named `templates`, and those
    that fit a pattern of `more`. Folders with one of the names `skipped` are left out.
    """
    options = {"extensions": ",".join(extensions), "silent": "false"}
    methods: list[tuple[str, Any]] = [("**.py", _extract_python)]
    options_of: dict[str, Any] = {}
    patterns = [*more]
    for suffix in TEMPLATES:
        patterns += [f"**/templates/**.{suffix}", f"templates/**.{suffix}"]
    for pattern in patterns:
        methods.append((pattern, _JINJA))
        options_of[pattern] = options
    catalog = Catalog(charset="utf-8")
    for name, line, text, comments, context in extract_from_dir(
        str(folder),
        methods,
        options_of,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        directory_filter=lambda path: is_searched(Path(path).name, skipped),
    ):
        catalog.add(text, None, [(name, line)], auto_comments=comments, context=context)
    return catalog


def _extract_python(
    file: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Any,
) -> Iterator[Any]:
    """Yield what Babel finds; to read the tokens of a file takes most of the time."""
    if _CALL.search(file.read()):
        file.seek(0)
        yield from extract_python(file, keywords, comment_tags, options)


def is_searched(name: str, skipped: frozenset[str] = SKIPPED) -> bool:
    """Return whether a folder of this name may have texts of the site."""
    return name not in skipped and not name.startswith((".", "_"))


def update_catalog(catalog: Catalog, template: Catalog) -> None:
    """Add the texts of the template; unused ones are kept as comments."""
    catalog.update(template, no_fuzzy_matching=False, update_header_comment=False)


def to_po(catalog: Catalog, *, keep_obsolete: bool = True) -> bytes:
    """Return a text file in the one form: sorted, with file names, without dates."""
    catalog.creation_date = _NO_DATE
    if catalog.revision_date:
        catalog.revision_date = _NO_DATE
    catalog.header_comment = "# Translations."
    catalog.project, catalog.version, catalog.fuzzy = "PROJECT", "1", False
    buffer = io.BytesIO()
    for message in catalog:
        # Lines change with each edit of a file; names are enough to find a text.
        message.locations = sorted({(name, 0) for name, _ in message.locations})
    write_po(
        buffer,
        catalog,
        sort_output=True,
        ignore_obsolete=not keep_obsolete,
        include_lineno=False,
        width=0,
    )
    lines = buffer.getvalue().splitlines(keepends=True)
    # The version of Babel is not part of the texts.
    return b"".join(line for line in lines if not line.startswith(b'"Generated-By'))


def to_mo(catalog: Catalog) -> bytes:
    """Return the compiled file of a catalogue."""
    catalog.creation_date = _NO_DATE
    catalog.revision_date = _NO_DATE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()
