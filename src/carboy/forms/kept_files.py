"""Files of an early step: the site stores them, the session keeps their names."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField

from .field_tree import FILE_FIELDS

KeepFile = Callable[[Any], str]
# What the site calls the files of a field, by the name of the field.
KeptFiles = dict[str, list[str]]


def keep_files(form: Any, keep: KeepFile | None, before: KeptFiles) -> KeptFiles:
    """Store the files that a form accepts; return all that is kept of its fields.

    A field without a file keeps what it had before.
    """
    fields = list(_list_file_fields(form))
    sent = {field.name: _list_files(field) for field in fields}
    if keep is None:
        return {}
    if any(sent.values()):
        # Going back validates nothing else, but what is stored here is used later.
        form.validate()
    kept: KeptFiles = {}
    for field in fields:
        files = [] if field.errors else sent[field.name]
        names = [keep(each) for each in files] or before.get(field.name, [])
        if names:
            kept[field.name] = names
    return kept


def take_out_files(form: Any, kept: KeptFiles) -> bool:
    """Remove the fields for files from a form; return whether all needed are kept."""
    needed = [each.name for each in _list_file_fields(form) if each.flags.required]
    _remove_file_fields(form)
    return all(name in kept for name in needed)


def name_files(form: Any, kept: KeptFiles) -> dict[str, Any]:
    """Return what stands for the files in the data of a step."""
    several = {
        field.name
        for field in _list_file_fields(form)
        if isinstance(field, MultipleFileField)
    }
    return {
        name: names if name in several else names[-1] for name, names in kept.items()
    }


def _list_file_fields(fields: Iterable[Any]) -> Iterator[Any]:
    for field in fields:
        if isinstance(field, FILE_FIELDS):
            yield field
        inner = getattr(field, "entries", None) or getattr(field, "form", None)
        if inner is not None:
            yield from _list_file_fields(inner)


def _remove_file_fields(form: Any) -> None:
    for field in list(form):
        if isinstance(field, FILE_FIELDS):
            del form[field.short_name]
            continue
        entries = getattr(field, "entries", None) or [field]
        if any(isinstance(each, FILE_FIELDS) for each in entries):
            del form[field.short_name]
            continue
        for entry in entries:
            if (inner := getattr(entry, "form", None)) is not None:
                _remove_file_fields(inner)


def _list_files(field: Any) -> list[FileStorage]:
    # Fields of the battery for uploads have something else in `data`.
    data = getattr(field, "sent_files", field.data)
    data = data if isinstance(data, list) else [data]
    return [each for each in data if isinstance(each, FileStorage) and each.filename]
