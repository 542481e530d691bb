"""Rows as files, and files as rows."""

from .export_rows import list_exported, stream_rows
from .file_formats import FORMATS, FileFormat
from .import_job import FIRST_LINE, ImportJob, process_import
from .import_rows import RowImporter, match_headings
from .import_table import IMPORTS, StoredImport, find_import, store_import
from .import_task import IMPORT_TASK, run_import
from .read_files import FileError, read_file

__all__ = [
    "FIRST_LINE",
    "FORMATS",
    "IMPORTS",
    "IMPORT_TASK",
    "FileError",
    "FileFormat",
    "ImportJob",
    "RowImporter",
    "StoredImport",
    "find_import",
    "list_exported",
    "match_headings",
    "process_import",
    "read_file",
    "run_import",
    "store_import",
    "stream_rows",
]
