"""The texts of one language: the built-in ones below those of the site."""

import io
import re
import struct
from collections.abc import Callable, Iterable
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import PoFileError, read_po

from .errors import CatalogueError

Plural = Callable[[int], int]
# Babel reads a line with an open quote as another text than its author meant.
_LINE = re.compile(
    r'\s*(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)\s*)?"([^"\\]|\\.)*"\s*)?'
)
_Key = str | tuple[str, str]


class Catalogue:
    """The merged texts of one language; looking one up is one look into a mapping."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts: dict[_Key, str] = {}
        # Each with the rule of its own file: two files may count differently.
        self._plurals: dict[_Key, tuple[Plural, tuple[str, ...]]] = {}

    def add(self, catalog: Catalog) -> None:
        """Add the texts of a file; they win over those that were added before."""
        rule = c2py(str(catalog.plural_expr))
        for message in catalog:
            if not message.id or message.fuzzy or not message.string:
                continue
            strings = message.string
            if isinstance(message.id, tuple | list):
                forms = (strings,) if isinstance(strings, str) else tuple(strings)
                if all(forms):
                    key = _make_key(message.id[0], message.context)
                    self._plurals[key] = rule, forms
                    # A text may be used alone too.
                    self._texts.setdefault(key, forms[0])
            elif isinstance(strings, str):
                self._texts[_make_key(message.id, message.context)] = strings

    def find(self, message: str, context: str | None) -> str:
        """Return the translation of a text, or the text itself."""
        # The empty text is the header of the file.
        key = message if context is None else (context, message)
        return self._texts.get(key, message) if message else message

    def find_plural(
        self, singular: str, plural: str, num: float, context: str | None
    ) -> str:
        """Return the translation of the form that a number needs."""
        found = self._plurals.get(_make_key(singular, context))
        if found is None:
            return singular if num == 1 else plural
        rule, forms = found
        # A fraction has no form of its own in gettext; its whole part decides.
        index = rule(int(num)) if num == int(num) else rule(max(int(num), 2))
        return forms[min(index, len(forms) - 1)]


def load_catalogue(
    language: str, names: Iterable[str], folders: Iterable[tuple[Path, str]]
) -> Catalogue:
    """Return the texts of a language from folders with a domain each; later wins.

    `names` are the folder names of the language, the most general one first.
    """
    catalogue = Catalogue(language)
    names = list(names)
    for folder, domain in folders:
        for name in names:
            file = folder / name / "LC_MESSAGES" / domain
            catalog = read_catalog(file)
            if catalog is not None:
                catalogue.add(catalog)
    return catalogue


def read_catalog(stem: Path) -> Catalog | None:
    """Read the compiled file, or the text file if that is newer or alone."""
    compiled, text = (
        stem.with_name(stem.name + ".mo"),
        stem.with_name(stem.name + ".po"),
    )
    if compiled.is_file() and not _is_newer(text, compiled):
        return read_compiled(compiled)
    return read_text_file(text) if text.is_file() else None


def read_text_file(file: Path) -> Catalog:
    """Read a .po file, or raise an error that names the file and the line."""
    try:
        content = file.read_bytes()
        for number, line in enumerate(content.decode("utf-8-sig").split("\n"), 1):
            if _LINE.fullmatch(line.rstrip("\r")) is None:
                raise CatalogueError(
                    f"{file}, line {number} is not a catalogue: {line[:60]!r}. Close "
                    f"the quotes, and write a backslash before each within a text."
                )
        return read_po(io.BytesIO(content), abort_invalid=True)
    except PoFileError as error:
        where = f"{file}, line {error.lineno + 1}"
        raise CatalogueError(
            f"{where} is not a catalogue: {error}. Correct the file; "
            f"`carboy i18n check` reads all of them."
        ) from None
    except (ValueError, LookupError, OSError, SyntaxError) as error:
        raise CatalogueError(
            f"{file} is not a catalogue: {error}. Save it as UTF-8, with the "
            f"quotes of each text closed."
        ) from None


def read_compiled(file: Path) -> Catalog:
    """Read a .mo file, or raise an error that names it."""
    try:
        with file.open("rb") as opened:
            return read_mo(opened)
    except (OSError, ValueError, LookupError, struct.error) as error:
        raise CatalogueError(
            f"{file} is damaged: {error}. Write it again with `carboy i18n compile`."
        ) from None


def _is_newer(text: Path, compiled: Path) -> bool:
    return text.is_file() and text.stat().st_mtime_ns > compiled.stat().st_mtime_ns


def _make_key(message: str, context: str | None) -> _Key:
    return message if context is None else (context, message)
