"""The configuration that `carboy serve --server gunicorn` names: the site's, and hooks.

gunicorn runs this file by its path, before gevent has patched anything, so it imports
nothing of Carboy.
"""

import runpy
from pathlib import Path
from typing import Any

_OWN = Path("gunicorn.conf.py")
if _OWN.is_file():
    # What gunicorn would have read without this file.
    _names = runpy.run_path(str(_OWN))
    globals().update({k: v for k, v in _names.items() if not k.startswith("__")})
_own_hook = globals().get("post_worker_init")


def post_worker_init(worker: Any) -> None:
    """Run the start hooks of the site in each worker, before its first request."""
    if _own_hook is not None:
        _own_hook(worker)
    run_start_hooks = getattr(worker.wsgi, "run_start_hooks", None)
    if run_start_hooks is not None:
        run_start_hooks()
