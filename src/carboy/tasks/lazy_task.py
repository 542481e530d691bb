"""A task that was declared before anybody needed Celery, whose import takes long."""

import functools
from collections.abc import Callable
from typing import Any


class LazyTask:
    """Stands for a task of Celery's, and gets it when more than its name is asked for.

    To code that looks at it, it is that task.
    """

    _task: Any = None

    def __init__(
        self, function: Callable[..., Any], name: str | None, make: Callable[[], Any]
    ) -> None:
        self.__dict__.update(_function=function, _name=name, _make=make)
        for each in functools.WRAPPER_ASSIGNMENTS:
            self.__dict__[each] = getattr(function, each, None)
        self.__dict__["__wrapped__"] = function

    def resolve(self, task: Any) -> None:
        """Stand for this task from now on."""
        self.__dict__["_task"] = task

    @property
    def name(self) -> str:
        """The name under which workers know it."""
        module = self._function.__module__
        if self._name is None and module == "__main__":
            return str(self._get().name)
        return self._name or f"{module}.{self._function.__name__}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function here and now."""
        return self._get()(*args, **kwargs)

    def delay(self, *args: Any, **kwargs: Any) -> Any:
        """Run it in the background."""
        return self._get().delay(*args, **kwargs)

    def _get(self) -> Any:
        if self._task is None:
            self._make()
        return self._task

    # What Celery, and code that asks for types, expects of a task

    @property  # type: ignore[misc]  # as proxies do it
    def __class__(self) -> type:
        task_class: type = self._get().__class__
        return task_class

    def __getattr__(self, name: str) -> Any:
        return getattr(self._get(), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._get(), name, value)

    def __repr__(self) -> str:
        return f"<@task: {self.name}>"

    def __reduce__(self) -> Any:
        return self._get().__reduce__()
