"""The folders of static files of one app: the battery's and the site's."""

from pathlib import Path

from flask import Flask

from .assets import HashedFiles

OURS = Path(__file__).parent / "static"


class UiFiles:
    """The static files of the battery and those of the site."""

    def __init__(self, app: Flask) -> None:
        watch = app.debug
        self.ours = HashedFiles(OURS, watch=watch)
        folder = app.static_folder
        self.site = HashedFiles(folder, watch=watch) if folder is not None else None
