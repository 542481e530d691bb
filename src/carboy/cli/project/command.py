"""`carboy project update`: merge what this Carboy would generate into a project."""

import difflib
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click

from carboy.cli.locate_app import AppInfo, pass_app_info
from carboy.cli.manifest import MANIFEST, Manifest, make_manifest, read_manifest
from carboy.cli.new import ProjectOptions, copy_wheel, render
from carboy.errors import ConfigError
from carboy.install_source import find_source

from .merge import MARKER, Merged, merge_files
from .text_file import read_text_file

_WORDS = {
    "create": "created",
    "update": "updated",
    "merge": "merged",
    "conflict": "CONFLICT",
    "remove": "removed",
    "keep": "kept, no longer generated",
    "gone": "left away, as you removed it",
    "skip": "LEFT ALONE, it is not text in UTF-8",
}


@click.group("project")
def project() -> None:
    """Bring the generated files of a project to this version of Carboy."""


@project.command("update")
@click.option(
    "--dry-run", is_flag=True, help="Show the changes as a diff, and write nothing."
)
@pass_app_info
def update(info: AppInfo, *, dry_run: bool) -> None:
    """Merge what this Carboy would generate into the files of the project.

    Your edits are kept. Where you and the new version have changed the same lines, both
    are in the file between markers, as git writes them, and the exit code is 1. Commit
    before, so that you can look at the difference.
    """
    folder = info.folder
    manifest = read_manifest(folder)
    _require_no_markers(folder, manifest)
    options = _read_options(manifest)
    new = make_manifest(metadata.version("carboy"), manifest.options, render(options))
    results = merge_files(folder, manifest.files, new.files)
    if dry_run:
        for line in _diff(folder, results):
            click.echo(line, nl=not line.endswith("\n"))
    else:
        _write(folder, results, new)
        copy_wheel(options, folder)
    for result in results:
        color = "red" if result.action == "conflict" else None
        click.secho(f"{_WORDS[result.action]:>9}  {result.path}", fg=color, err=dry_run)
    if not results:
        click.echo(f"Nothing to do: the project is as carboy {new.version} writes it.")
    if any(result.action == "conflict" for result in results):
        click.echo(f"Edit the files with {MARKER.strip()} and run the tests.", err=True)
        sys.exit(1)


def _read_options(manifest: Manifest) -> ProjectOptions:
    try:
        return ProjectOptions(**manifest.options, source=find_source())
    except TypeError as error:
        msg = f"{MANIFEST} has options that this Carboy does not know: {error}."
        raise ConfigError(f"{msg} Was it written by a newer one?") from None


def _require_no_markers(folder: Path, manifest: Manifest) -> None:
    for path in sorted(manifest.files):
        file = folder / path
        text = file.read_text("utf-8", "replace") if file.is_file() else ""
        if any(line.startswith(MARKER) for line in text.splitlines()):
            msg = f"{path} has the marks of a conflict. Resolve it before the update."
            raise ConfigError(msg)


def _diff(folder: Path, results: list[Merged]) -> Iterator[str]:
    for result in results:
        if not result.is_change:
            continue
        file = folder / result.path
        ours = read_text_file(file) if file.exists() else None
        before = ours.text if ours is not None else ""
        yield from difflib.unified_diff(
            before.splitlines(keepends=True),
            (result.text or "").splitlines(keepends=True),
            f"a/{result.path}" if before else "/dev/null",
            f"b/{result.path}" if result.text is not None else "/dev/null",
        )


def _write(folder: Path, results: list[Merged], manifest: Manifest) -> None:
    for result in results:
        file = folder / result.path
        if result.action == "remove":
            file.unlink()
        elif result.text is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(result.text, "utf-8", newline=result.newline)
    # Last: if the update is cut off, it is done again from the same ancestor.
    path = folder / MANIFEST
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(manifest.render(), "utf-8")
    temporary.replace(path)
