"""Flask-Uploads: sets of uploaded files, with names that are safe."""

from importlib.util import find_spec

from carboy.legacy.rows import rows_of, same_names

HERE = "carboy.uploads.flask_uploads"
_GONE = "Werkzeug 1 (its last release is of 2014)"
_SAFE = "Names and types of files are checked; nothing is served that a browser runs."
_TYPES = (
    "TEXT DOCUMENTS IMAGES AUDIO DATA SCRIPTS ARCHIVES SOURCE EXECUTABLES DEFAULTS ALL"
)
_NAMES = (
    "UploadSet UploadNotAllowed UploadConfiguration AllExcept TestingFileStorage"
    " configure_uploads patch_request_class extension lowercase_ext addslash"
)


def is_here() -> bool:
    """Return whether the battery for uploads is part of this Carboy."""
    return find_spec("carboy.uploads") is not None and find_spec(HERE) is not None


MODULES: tuple[str, ...] = ("flask_uploads",) if is_here() else ()
ROWS = (
    *rows_of(
        "flask_uploads", _GONE, same_names(HERE, f"{_NAMES} {_TYPES}"), safe=_SAFE
    ),
)
