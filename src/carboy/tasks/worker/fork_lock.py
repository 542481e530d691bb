"""Keeps a fork from happening while a thread of ours holds locks or connections."""

import os
import threading

_PATIENCE = 8.0


class ForkLock:
    """A lock that a fork of this process waits for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._is_held = False
        os.register_at_fork(
            before=self._before,
            after_in_parent=self._after_in_parent,
            after_in_child=self._after_in_child,
        )

    def _before(self) -> None:
        self._is_held = self.lock.acquire(timeout=_PATIENCE)

    def _after_in_parent(self) -> None:
        if self._is_held:
            self._is_held = False
            self.lock.release()

    def _after_in_child(self) -> None:
        self.lock = threading.Lock()
        self._is_held = False


fork_lock = ForkLock()
