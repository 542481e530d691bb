"""The folders of static files of one app: the battery's, the site's, the modules'."""

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
        self._app = app
        self._modules: dict[str, HashedFiles] = {}

    def find_module(self, name: str) -> tuple[HashedFiles, str] | None:
        """Return the files of the blueprint that a name begins with, and the rest."""
        module, _, rest = name.partition("/")
        blueprint = self._app.blueprints.get(module)
        if not rest or blueprint is None or blueprint.static_folder is None:
            return None
        files = self._modules.get(module)
        if files is None:
            files = HashedFiles(blueprint.static_folder, watch=self._app.debug)
            self._modules[module] = files
        return files, rest
