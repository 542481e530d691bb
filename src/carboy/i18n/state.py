"""What the battery holds for an app: languages, catalogues, hooks of the site."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from carboy.core import AppState
from carboy.errors import SettingsError
from carboy.translation import Translator

from .catalogue import load_catalogue
from .names import list_folders, match, match_header
from .pseudo import PSEUDO, PseudoCatalogue

OWN_FOLDER = Path(__file__).parent / "translations"
OWN_DOMAIN = "carboy"

Selector = Callable[[], Any]


@dataclass(slots=True)
class Languages:
    """The languages of one app."""

    offered: tuple[str, ...]
    default: str
    time_zone: str
    folders: list[tuple[Path, str]]
    locale_selector: Selector | None = None
    timezone_selector: Selector | None = None
    # Hooks of the battery for accounts: the language and time zone of who is logged in.
    account_language: Selector | None = None
    account_time_zone: Selector | None = None
    formats: dict[str, str | None] = field(default_factory=dict)
    _catalogues: dict[str, Translator] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def translator(self, language: str) -> Translator:
        """Return the texts of a language, read at the first call."""
        translator = self._catalogues.get(language)
        if translator is None:
            with self._lock:
                translator = self._catalogues.get(language)
                if translator is None:
                    translator = self._load(language)
                    self._catalogues[language] = translator
        return translator

    def forget_catalogues(self) -> None:
        """Read the files again when they are next needed."""
        with self._lock:
            self._catalogues = {}

    def match(self, wanted: object) -> str | None:
        """Return the offered language that fits a name best, or None."""
        return match(str(wanted), self.offered) if wanted else None

    def _load(self, language: str) -> Translator:
        folders = [(OWN_FOLDER, OWN_DOMAIN), *self.folders]
        wtforms = find_spec("wtforms")
        if wtforms is not None and wtforms.submodule_search_locations:
            base = Path(wtforms.submodule_search_locations[0]) / "locale"
            folders.insert(0, (base, "wtforms"))
        return load_translator(language, folders)


def load_translator(language: str, folders: list[tuple[Path, str]]) -> Translator:
    """Return the texts of a language in these folders, each with a name of files."""
    if language == PSEUDO:
        return PseudoCatalogue()
    return load_catalogue(language, list_folders(language), folders)


def load_builtin(header: str) -> Translator:
    """Return the built-in texts in the language that an Accept-Language prefers.

    For what is shown while there is no app.
    """
    built_in = [each.name.replace("_", "-") for each in OWN_FOLDER.iterdir()]
    language = match_header(header, ["en", *built_in, PSEUDO]) or "en"
    return load_translator(language, [(OWN_FOLDER, OWN_DOMAIN)])


def make_offered(
    languages: tuple[str, ...], default: str | None
) -> tuple[tuple[str, ...], str]:
    """Return the languages of a site and the default one, or raise SettingsError."""
    if not languages:
        languages = (default or "en",)
    if default is None:
        return languages, languages[0]
    if default not in languages:
        raise SettingsError(
            f"LANGUAGE = {default!r} is not among LANGUAGES = {', '.join(languages)}. "
            f"Add it there, or choose one of those."
        )
    return languages, default


languages_state: AppState[Languages] = AppState("carboy.i18n")
