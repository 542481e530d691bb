"""A file that is not parsed as Python: a template, requirements, configuration."""

from pathlib import PurePath

from .source import SourceText


class UnparsedFile:
    """The text of a file and its name."""

    def __init__(self, data: bytes, path: PurePath) -> None:
        self.source = SourceText(data)
        self.path = path

    @property
    def data(self) -> bytes:
        """The text as UTF-8."""
        return self.source.data
