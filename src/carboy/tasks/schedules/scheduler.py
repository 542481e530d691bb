"""What runs by the clock: declared in code, stored, and started by one of many.

A tick moves the stored time on and writes the run in one transaction. Of several
schedulers only one can move it, and one that is killed has done both or neither.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from carboy.tasks.app_state import TasksState
from carboy.tasks.broker.address import DEFAULT_PRIORITY
from carboy.tasks.json_values import pack
from carboy.tasks.ledger.runs import NewRun
from carboy.tasks.ledger.tables import SCHEDULE

from .cron import Rule, parse_rule

log = logging.getLogger("carboy.tasks")

# Later than this counts as missed.
_GRACE = 60.0
_MANY_TICKS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What the code says."""

    name: str
    task: str
    rule: Rule
    args: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSchedule:
    """What the table says."""

    name: str
    task: str
    rule: str
    args: str
    paused: bool
    next: float
    last: float | None
    last_run: str | None


def make_schedule(
    name: str, task: str, rule: Rule, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Schedule:
    """Describe a schedule."""
    packed = pack(args, dict(kwargs))
    return Schedule(name=name, task=task, rule=rule, args=packed)


class Scheduler:
    """Starts what is due, as one of many that do the same."""

    def __init__(self, site: TasksState, declared: Mapping[str, Schedule]) -> None:
        self._site = site
        self._declared = declared

    def sync(self) -> None:
        """Store what the code says, and forget what it says no more."""
        now = self._site.ledger.read_now()
        stored = {each.name: each for each in self.list_schedules()}
        with self._site.database.write() as connection:
            for schedule in self._declared.values():
                self._store(connection, schedule, stored.get(schedule.name), now)
            gone = [name for name in stored if name not in self._declared]
            if gone:
                connection.execute(sa.delete(SCHEDULE).where(SCHEDULE.c.name.in_(gone)))

    def list_schedules(self) -> list[StoredSchedule]:
        """List what is stored, by name."""
        statement = sa.select(SCHEDULE).order_by(SCHEDULE.c.name)
        with self._site.database.read() as connection:
            rows = connection.execute(statement).all()
        return [StoredSchedule(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name begins so

    def tick(self) -> list[str]:
        """Start everything that is due; give the ids of the runs."""
        now = self._site.ledger.read_now()
        due = (SCHEDULE.c.next <= now, SCHEDULE.c.paused.is_(False))
        statement = sa.select(SCHEDULE).where(*due).order_by(SCHEDULE.c.next)
        with self._site.database.read() as connection:
            rows = connection.execute(statement).all()
        started: list[str] = []
        for row in rows:
            stored = StoredSchedule(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name begins so
            started += self._catch_up(stored, now)
        return started

    def run_now(self, name: str) -> str | None:
        """Start a schedule's task once more, whatever the time; give the run's id."""
        found = [each for each in self.list_schedules() if each.name == name]
        if not found:
            return None
        order = self._order(found[0])
        self._site.ledger.add(order)
        self._site.notify(order)
        return order.id

    def pause(self, name: str, *, paused: bool = True) -> bool:
        """Stop a schedule, or let it go on from the next of its times."""
        changes: dict[str, Any] = {"paused": paused}
        found = [each for each in self.list_schedules() if each.name == name]
        if found and not paused:
            now = self._site.ledger.read_now()
            rule = self._parse(found[0].rule)
            if found[0].next <= now:
                changes["next"] = rule.after(now, found[0].next)
        statement = sa.update(SCHEDULE).where(SCHEDULE.c.name == name)
        with self._site.database.write() as connection:
            return connection.execute(statement.values(**changes)).rowcount == 1

    def _catch_up(self, stored: StoredSchedule, now: float) -> list[str]:
        rule, policy = self._parse(stored.rule), self._site.settings.missed
        started: list[str] = []
        tick = stored.next
        for _ in range(_MANY_TICKS):
            skipped = policy == "skip" and now - tick > _GRACE
            following = rule.after(tick if policy == "all" else now, tick)
            order = None if skipped else self._order(stored)
            if not self._move(stored.name, tick, following, order):
                return started
            if order is not None:
                started.append(order.id)
                self._site.notify(order)
            tick = following
            if tick > now:
                break
        return started

    def _move(
        self, name: str, tick: float, following: float, order: NewRun | None
    ) -> bool:
        same = (SCHEDULE.c.name == name, SCHEDULE.c.next == tick)
        moved: dict[str, Any] = {"next": following}
        if order is not None:
            moved |= {"last": tick, "last_run": order.id}
        statement = sa.update(SCHEDULE).where(*same, SCHEDULE.c.paused.is_(False))
        with self._site.database.write() as connection:
            if connection.execute(statement.values(**moved)).rowcount != 1:
                return False
            if order is not None:
                self._site.ledger.insert(connection.execute, order)
        return True

    def _store(
        self,
        connection: sa.Connection,
        schedule: Schedule,
        stored: StoredSchedule | None,
        now: float,
    ) -> None:
        rule = str(schedule.rule)
        said = {"task": schedule.task, "args": schedule.args, "rule": rule}
        if stored is None:
            first = self._parse(rule).after(now)
            row = {"name": schedule.name, "paused": False, "next": first, **said}
            # Another scheduler may have stored it between the look and now.
            mine = sa.select(SCHEDULE.c.name).where(SCHEDULE.c.name == schedule.name)
            if connection.execute(mine).first() is None:
                connection.execute(sa.insert(SCHEDULE).values(**row))
        elif (stored.task, stored.args, stored.rule) != tuple(said[k] for k in said):
            if stored.rule != rule:
                said["next"] = self._parse(rule).after(now)  # type: ignore[assignment]  # a row has columns of many types
            mine_too = sa.update(SCHEDULE).where(SCHEDULE.c.name == schedule.name)
            connection.execute(mine_too.values(**said))

    def _order(self, stored: StoredSchedule) -> NewRun:
        task = self._site.celery.tasks.get(stored.task)
        return NewRun(
            id=str(uuid4()),
            task=stored.task,
            queue=getattr(task, "home_queue", None) or self._site.settings.queue,
            priority=_priority(task),
            args=stored.args,
            options="{}",
            who="schedule",
        )

    def _parse(self, rule: str) -> Rule:
        return parse_rule(rule, self._site.settings.timezone)


def _priority(task: Any) -> int:
    found = getattr(task, "home_priority", None)
    return DEFAULT_PRIORITY if found is None else int(found)
