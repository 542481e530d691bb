"""The built-in translations of the package: made from its code, and checked."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from .audit import Problem, audit_file, to_strings
from .catalogue import read_compiled, read_text_file
from .extract import SKIPPED, extract_catalog, to_mo, to_po, update_catalog
from .state import OWN_DOMAIN, OWN_FOLDER

_PACKAGE = Path(__file__).parent.parent
# The pages of a new project, so that it has its first pages in these languages.
_SCAFFOLD = "cli/skeleton/**.html.tmpl"
# Tags of our templates.
_EXTENSIONS = ("jinja2.ext.i18n", "carboy.cache.fragments.FragmentExtension")


def extract_builtin() -> Catalog:
    """Return the marked texts of the package, and the messages of WTForms."""
    catalog = extract_catalog(
        _PACKAGE, _EXTENSIONS, more=[_SCAFFOLD], skipped=SKIPPED - {"migrations"}
    )
    for message in _read_wtforms():
        if message.id and message.id not in catalog:
            catalog.add(message.id, None, [("wtforms", 0)])
    return catalog


def list_builtin() -> list[Path]:
    """Return the text files of the package."""
    return sorted(OWN_FOLDER.glob(f"*/LC_MESSAGES/{OWN_DOMAIN}.po"))


def update_builtin() -> Iterator[Path]:
    """Update and compile each file without unused texts; yield those that changed."""
    template = extract_builtin()
    for file in list_builtin():
        catalog = read_text_file(file)
        update_catalog(catalog, template)
        compiled = file.with_suffix(".mo")
        contents = {
            file: to_po(catalog, keep_obsolete=False),
            compiled: to_mo(catalog),
        }
        for path, content in contents.items():
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
                yield path


def audit_builtin() -> Iterator[Problem]:
    """Yield what is missing or out of date."""
    template = extract_builtin()
    for file in list_builtin():
        yield from audit_file(file, template)
        compiled = file.with_suffix(".mo")
        if not compiled.is_file() or _texts(read_compiled(compiled)) != (
            _texts(read_text_file(file))
        ):
            yield Problem(
                "not compiled", compiled, compiled.name, "run `make catalogue`."
            )


def _texts(catalog: Catalog) -> dict[object, object]:
    """Return what is translated, whatever version of Babel wrote the file."""
    return {
        (to_strings(message.id), message.context): to_strings(message.string)
        for message in catalog
        if message.id and any(to_strings(message.string))
    }


def _read_wtforms() -> Catalog:
    spec = find_spec("wtforms")
    if spec is None or not spec.submodule_search_locations:
        return Catalog()
    file = Path(spec.submodule_search_locations[0]) / "locale" / "wtforms.pot"
    with file.open("rb") as opened:
        return read_po(opened)
