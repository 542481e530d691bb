"""changedetection.io with an empty store."""

import os

from changedetectionio import __version__, store
from changedetectionio.flask_app import changedetection_app
from changedetectionio.pluggy_interface import (
    inject_datastore_into_plugins,
    register_builtin_restock_plugins,
)

_folder = os.path.join(os.environ["STATE"], "store")
os.makedirs(_folder, exist_ok=True)
_store = store.ChangeDetectionStore(
    datastore_path=_folder, version_tag=__version__, include_default_watches=False
)
# Nothing is fetched in the background: pages would show it at a moment of its own.
_store.data["settings"]["application"]["all_paused"] = True
register_builtin_restock_plugins()
inject_datastore_into_plugins(_store)
app = changedetection_app({"datastore_path": _folder}, _store)
