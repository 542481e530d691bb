"""Texts in generated code: marked for translation in a project with languages."""

from dataclasses import dataclass

from .imports import Import

# A lazy text, typed as anything: WTForms asks for `str`, and takes what becomes one.
LAZY = """# WTForms asks for a str, and takes what becomes one when it is shown.
_l: Callable[..., Any] = lazy_gettext"""
LAZY_IMPORTS: frozenset[Import] = frozenset({
    ("carboy.i18n", "lazy_gettext"),
    ("collections.abc", "Callable"),
    ("typing", "Any"),
})
GETTEXT: Import = ("carboy.i18n", "_")


@dataclass(frozen=True, slots=True)
class MarkedTexts:
    """Writes texts as source code, with a mark or as they are."""

    is_marked: bool

    def now(self, text: str) -> str:
        """Return the source of a text that is shown at once: `_("Books")`."""
        return f'_("{text}")' if self.is_marked else f'"{text}"'

    def lazy(self, text: str) -> str:
        """Return the source of a text of a class, which is shown later."""
        return f'_l("{text}")' if self.is_marked else f'"{text}"'

    def html(self, text: str) -> str:
        """Return a text between the tags of a template."""
        return f"{{{{ {self.now(text)} }}}}" if self.is_marked else text
