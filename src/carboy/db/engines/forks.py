"""What becomes of the connections of an engine when its process forks."""

import os
from weakref import WeakSet

from sqlalchemy import Engine, Pool

_file_engines: WeakSet[Engine] = WeakSet()
_server_engines: WeakSet[Engine] = WeakSet()
# Pools of the parent: to drop them would close or warn of connections that it uses.
_inherited: list[Pool] = []


def close_before_fork(engine: Engine) -> None:
    """Close the idle connections of `engine` before this process forks.

    SQLite keeps a list of the locks that a process holds on a file. A child inherits
    the list but not the locks: if a connection is open at the fork, each connection
    that the child opens to the same file works without locks, and corrupts it.
    """
    _file_engines.add(engine)


def reconnect_after_fork(engine: Engine) -> None:
    """Make children of this process open connections of their own to the server.

    Two processes that send statements through one connection read each other's answers.
    """
    _server_engines.add(engine)


def _close_idle_connections() -> None:
    for engine in list(_file_engines):
        engine.dispose()


def _leave_connections_to_parent() -> None:
    for engine in list(_server_engines):
        _inherited.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(before=_close_idle_connections)
os.register_at_fork(after_in_child=_leave_connections_to_parent)
