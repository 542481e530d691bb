"""What `carboy check` says of the catalogues of a site."""

from collections import Counter
from collections.abc import Iterator

from flask import Flask

from carboy.core import Check

from .errors import CatalogueError
from .pseudo import PSEUDO
from .site_files import audit_site
from .state import languages_state

_IDS = {
    "missing": "i18n.W001",
    "unused": "i18n.W002",
    "fuzzy": "i18n.W003",
    "placeholder": "i18n.E002",
    "plural": "i18n.E003",
    "not normalised": "i18n.W004",
    "unmarked": "i18n.W005",
}


def check_catalogues(app: Flask) -> Iterator[Check]:
    """Yield one check for each kind of problem, with the first of its texts."""
    languages = languages_state.of(app)
    try:
        for language in languages.offered:
            languages.translator(language)
        problems = list(audit_site(app))
    except CatalogueError as error:
        yield Check("i18n.E001", str(error))
        return
    counts = Counter(problem.kind for problem in problems)
    for kind, count in counts.items():
        first = next(each for each in problems if each.kind == kind)
        yield Check(
            _IDS[kind],
            f"{first}" + (f" And {count - 1} more." if count > 1 else ""),
            "`carboy i18n check` prints all.",
        )
    if PSEUDO in languages.offered and not (app.debug or app.testing):
        yield Check(
            "i18n.W006",
            f"LANGUAGES contains {PSEUDO}, which is for tests.",
            "Remove it from the settings of production.",
        )
