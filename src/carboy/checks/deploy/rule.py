"""The type of a rule for production, and the context that it reads."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Flask

from carboy.core import (
    Check,
    find_project_folder,
    quote_credentials,
    read_dotenv,
    registry_of,
)

_OTHER_MARKERS = (".git", "requirements.txt")
_GIT_SECONDS = 10


@dataclass(frozen=True)
class DeployContext:
    """A site in production: its app, project folder and environment."""

    app: Flask
    folder: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @classmethod
    def of(cls, app: Flask) -> DeployContext:
        """Make the context of `app` and its project."""
        root = Path(app.root_path).resolve()
        # First the folder that settings are read from, which may lie further up.
        folder = find_project_folder(root) or find_project_folder(root, _OTHER_MARKERS)
        return cls(app, folder or root)

    @property
    def config(self) -> Mapping[str, Any]:
        """The config of the app."""
        return self.app.config

    def has(self, battery: str) -> bool:
        """Return whether a battery is installed."""
        return battery in registry_of(self.app).installed

    @cached_property
    def tracked(self) -> frozenset[str]:
        """The files that git tracks, relative to the folder; empty without git."""
        try:
            result = subprocess.run(  # noqa: S603 - constant arguments
                ["git", "-C", str(self.folder), "ls-files", "-z", "--cached"],  # noqa: S607 - git of the PATH
                capture_output=True,
                timeout=_GIT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return frozenset()
        return frozenset(filter(None, os.fsdecode(result.stdout).split("\0")))

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The names of `.env` and of the environment, which wins."""
        dotenv = read_dotenv(self.folder / ".env")
        return {key: value for key, (value, _) in dotenv.items()} | dict(self.environ)

    def urls(self, *schemes: str) -> Iterator[tuple[str, SplitResult]]:
        """Yield each setting with a URL whose scheme begins with one of `schemes`."""
        for key, value in self.config.items():
            text = value if isinstance(value, str) else ""
            if "://" in text and text.startswith(schemes):
                with suppress(ValueError):  # not a URL, as its user will report
                    yield key, urlsplit(quote_credentials(text))


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement of production; `find` returns what is wrong, or None."""

    id: str
    find: Callable[[DeployContext], str | None]
    hint: str

    def check(self, context: DeployContext) -> Check | None:
        """Return a check if the site does not meet the requirement."""
        message = self.find(context)
        return None if message is None else Check(self.id, message, self.hint)
