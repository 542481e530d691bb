"""What a rule for production is, and what it may look at."""

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
class Deployed:
    """A site as strangers will reach it: its app, its folder, its environment."""

    app: Flask
    folder: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @classmethod
    def of(cls, app: Flask) -> Deployed:
        """Find the project that `app` belongs to."""
        root = Path(app.root_path).resolve()
        # First the folder that settings are read from, which may lie further up.
        folder = find_project_folder(root) or find_project_folder(root, _OTHER_MARKERS)
        return cls(app, folder or root)

    @property
    def config(self) -> Mapping[str, Any]:
        """What the app was told."""
        return self.app.config

    def has(self, battery: str) -> bool:
        """Tell whether a battery is installed."""
        return battery in registry_of(self.app).installed

    @cached_property
    def tracked(self) -> frozenset[str]:
        """The files that git keeps, relative to the folder; empty without git."""
        try:
            done = subprocess.run(  # noqa: S603 - constant words
                ["git", "-C", str(self.folder), "ls-files", "-z", "--cached"],  # noqa: S607 - whichever git there is
                capture_output=True,
                timeout=_GIT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return frozenset()
        return frozenset(filter(None, os.fsdecode(done.stdout).split("\0")))

    @cached_property
    def told(self) -> Mapping[str, str]:
        """Names of `.env` and of the environment, which wins."""
        dotenv = read_dotenv(self.folder / ".env")
        return {key: value for key, (value, _) in dotenv.items()} | dict(self.environ)

    def urls(self, *words: str) -> Iterator[tuple[str, SplitResult]]:
        """Give each setting with a URL whose scheme begins with one of `words`."""
        for key, value in self.config.items():
            text = value if isinstance(value, str) else ""
            if "://" in text and text.startswith(words):
                with suppress(ValueError):  # not a URL; whoever uses it will say so
                    yield key, urlsplit(quote_credentials(text))


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that production asks for: what is wrong with a site, or None."""

    id: str
    look: Callable[[Deployed], str | None]
    hint: str

    def check(self, site: Deployed) -> Check | None:
        """Look, and make a finding of what was seen."""
        message = self.look(site)
        return None if message is None else Check(self.id, message, self.hint)
