"""The catalogue files of a site, and the commands' work on them."""

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from flask import Flask

from carboy.core import find_project_folder

from .audit import Problem, audit_file
from .catalogue import read_text_file
from .extract import (
    TEMPLATES,
    extract_catalog,
    is_searched,
    to_mo,
    to_po,
    update_catalog,
)
from .names import parse_locale
from .state import Languages, languages_state
from .unmarked import list_unmarked


def get_source_folder(app: Flask) -> Path:
    """Return the folder with the code of a site: its project, or else its package."""
    root = Path(app.root_path)
    return find_project_folder(root) or root


def extract_site(app: Flask) -> Catalog:
    """Return the marked texts of a site."""
    names = [*app.jinja_env.extensions, "jinja2.ext.i18n"]
    return extract_catalog(get_source_folder(app), dict.fromkeys(names))


def get_folder(app: Flask) -> tuple[Path, str]:
    """Return the site's first folder of catalogues, and the name of its files."""
    languages: Languages = languages_state.of(app)
    return languages.folders[0]


def list_text_files(app: Flask) -> list[Path]:
    """Return the text files of the site."""
    folder, domain = get_folder(app)
    return sorted(folder.glob(f"*/LC_MESSAGES/{domain}.po"))


def write_template(app: Flask, template: Catalog) -> Path:
    """Write the file of all marked texts, from which catalogues are made."""
    folder, domain = get_folder(app)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{domain}.pot"
    file.write_bytes(to_po(template))
    return file


def create_text_file(app: Flask, language: str) -> Path:
    """Create the file of a language, or raise FileExistsError."""
    folder, domain = get_folder(app)
    locale = parse_locale(language)
    file = folder / language.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"
    if file.exists():
        raise FileExistsError(file)
    catalog = Catalog(locale=locale, charset="utf-8")
    update_catalog(catalog, extract_site(app))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(to_po(catalog))
    return file


def update_text_file(file: Path, template: Catalog) -> None:
    """Add new texts to a file; unused ones become comments."""
    catalog = read_text_file(file)
    update_catalog(catalog, template)
    file.write_bytes(to_po(catalog))


def compile_text_file(file: Path) -> Path:
    """Write the compiled file beside a text file."""
    compiled = file.with_suffix(".mo")
    compiled.write_bytes(to_mo(read_text_file(file)))
    return compiled


def audit_site(app: Flask) -> Iterator[Problem]:
    """Yield what is wrong with the catalogues and templates of a site."""
    files = list_text_files(app)
    # To read all code of a site takes seconds, which a new one need not wait for.
    template = extract_site(app) if files else Catalog()
    for file in files:
        yield from audit_file(file, template)
    for file in list_templates(Path(app.root_path)):
        for line, text in list_unmarked(file, app.jinja_env):
            yield Problem("unmarked", file, text, f"line {line}: write {{{{ _(…) }}}}.")


def list_templates(root: Path) -> list[Path]:
    """Return the HTML templates below the folder of an app, but no package's."""
    suffixes = {f".{each}" for each in TEMPLATES} - {".txt", ".xml"}
    templates = []
    for name, folders, files in os.walk(root):
        folders[:] = [each for each in folders if is_searched(each)]
        folder = Path(name)
        if "templates" in folder.relative_to(root).parts:
            templates += [folder / each for each in files]
    return sorted(each for each in templates if each.suffix in suffixes)
