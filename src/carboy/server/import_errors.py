"""One message for an app that cannot be imported or made: the place and the mend."""

import importlib.util
import re
import sys
import traceback
from pathlib import Path

from carboy.extras import extra_of_module
from carboy.install_source import make_install_command

_CARBOY = Path(__file__).parents[1]
_LOADER = str(Path(__file__).with_name("app_loader.py"))
# Texts of Flask, Werkzeug and SQLAlchemy, and what to do about them.
_ADVICE = (
    (
        r"overwriting an existing endpoint function: (?P<name>\S+)",
        "Two views are named {name}. Rename one of them, or pass endpoint=.",
    ),
    (
        r"URL rule '(?P<name>[^']*)' must start with a slash",
        'Write the rule as "/{name}".',
    ),
    (
        r"assemble any primary key columns for mapped table '(?P<name>[^']*)'",
        "Add a key to the model of {name}: "
        "id: Mapped[int] = mapped_column(primary_key=True)",
    ),
    (
        r"Table '(?P<name>[^']*)' is already defined for this MetaData",
        "Two models have the table {name}, or its file is imported by two names. "
        "Rename one of the models, or import the file in one way only.",
    ),
)


def describe_failure(action: str, error: Exception) -> str:
    """Return what failed, where in the site, and what to do about it.

    `action` begins the sentence: "Importing 'shop' for the target 'shop:app'".
    """
    if isinstance(error, SyntaxError) and error.filename:
        return _describe_syntax_error(error)
    if missing := _describe_missing_package(error):
        return missing
    advice = _advise(error)
    frames = _list_site_frames(error)
    if not advice:
        # Where a library has raised it is the only trace of an error without advice.
        frames += [one for one in _list_frames(error)[-1:] if one not in frames]
    head = f"{action} failed with {type(error).__name__}: {error}"
    shown = "".join(traceback.format_list(frames)).rstrip()
    return "\n".join(filter(None, (head, shown, advice)))


def _describe_syntax_error(error: SyntaxError) -> str:
    """Return the place, the line and a caret below the column."""
    path = _shorten(error.filename or "")
    # The lines of Python's own message, without the file and the name of the error.
    lines = traceback.format_exception_only(error)[1:-1]
    source = "".join(lines).rstrip("\n")
    return f"{path} line {error.lineno} is not valid Python: {error.msg}\n{source}"


def _describe_missing_package(error: Exception) -> str:
    """Return one line about a package that is not installed; "" for other errors."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    package = error.name.partition(".")[0]
    if package in sys.modules or importlib.util.find_spec(package) is not None:
        return ""
    frames, own = _list_frames(error), _list_site_frames(error)
    place = f"{_shorten(own[-1].filename)} line {own[-1].lineno}" if own else "The app"
    extra = extra_of_module(package)
    if extra and frames and Path(frames[-1].filename).is_relative_to(_CARBOY):
        advice = f"Run: {make_install_command(extra)}"
    else:
        advice = f"Install it in this environment ({sys.prefix}), or correct the name."
    return f"{place} needs the package {package}, which is not installed. {advice}"


def _advise(error: Exception) -> str:
    """Return what to do about an error, or an empty text."""
    if "partially initialized" in str(error):
        own = [
            Path(frame.filename).name
            for frame in _list_site_frames(error)
            if frame.name == "<module>"
        ]
        chain = " imports ".join(dict.fromkeys(own))
        return (
            f"{chain}, which imports one of these again. Move what both need to a "
            "file that imports neither, or import it inside of the function."
        )
    for pattern, advice in _ADVICE:
        if match := re.search(pattern, str(error)):
            return advice.format(**match.groupdict())
    return ""


def _list_site_frames(error: BaseException) -> list[traceback.FrameSummary]:
    return [one for one in _list_frames(error) if not _is_installed(one.filename)]


def _list_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the frames without the import machinery."""
    return [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "importlib" not in frame.filename and frame.filename != _LOADER
    ]


def _is_installed(name: str) -> bool:
    # Code that a library has made is in no file: "<generated wrapper>".
    own = name.startswith("<") or "site-packages" in name
    return own or Path(name).is_relative_to(_CARBOY)


def _shorten(name: str) -> Path:
    path = Path(name)
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
