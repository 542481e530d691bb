"""A server for each test that asks for one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.server.running import Running, start

Serve = Callable[..., Running]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start servers: `serve("--threads", "2", target="shop:app", env={...})`."""
    with ExitStack() as stack:

        def begin(*arguments: str, ready: bool = True, **more) -> Running:
            running = stack.enter_context(start(tmp_path, *arguments, **more))
            return running.wait_ready() if ready else running

        yield begin


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server with the defaults, shared by the tests of a file."""
    with start(tmp_path_factory.mktemp("server")) as running:
        yield running.wait_ready()
