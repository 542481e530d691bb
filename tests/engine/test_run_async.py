"""Ways into the loop: made once, left alone where a thread cannot wait for it."""

import asyncio
import subprocess
import sys
import threading
from types import SimpleNamespace

from async_app import variable

from carboy import Carboy, Settings
from carboy.engine import get_async_loop, make_sync, run_async
from carboy.engine.run_async import runs_on_shared_loop
from tests.versions import needs


def site():
    return Carboy("shop", settings=Settings(profile="testing", secret_key="k" * 40))


@needs("flask", 3, 1)
def test_the_result_of_make_sync_is_known():
    async def view(): ...

    assert runs_on_shared_loop(make_sync(view))
    assert runs_on_shared_loop(site().ensure_sync(view))
    assert not runs_on_shared_loop(view)


def test_where_threads_cannot_wait_a_fallback_runs_the_call(monkeypatch):
    async def change():
        variable.set("by the fallback")
        await asyncio.sleep(0)
        return threading.current_thread().name

    monkeypatch.setitem(sys.modules, "uwsgi", SimpleNamespace(opt={}))

    assert run_async(change) == threading.current_thread().name
    assert variable.get() == "by the fallback"

    monkeypatch.setitem(sys.modules, "uwsgi", SimpleNamespace(opt={"threads": b"2"}))
    assert run_async(change) == "async-views"


def test_the_loop_is_the_same_for_all_callers():
    assert get_async_loop() is get_async_loop()


@needs("flask", 3, 1)
def test_a_site_without_async_views_does_not_load_asyncio():
    code = (
        "import sys; from carboy import Carboy, Settings;"
        "app = Carboy('shop', settings=Settings(profile='testing'));"
        "app.add_url_rule('/', 'home', lambda: 'home');"
        "assert app.test_client().get('/').text == 'home';"
        "print('asyncio' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
