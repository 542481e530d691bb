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

    def list_schedules(self, *conditions: Any) -> list[StoredSchedule]:
        """List what is stored, by name."""
        statement = sa.select(SCHEDULE).where(*conditions).order_by(SCHEDULE.c.name)
        with self._site.database.read() as connection:
            rows = connection.execute(statement).mappings()
            return [StoredSchedule(**row) for row in rows]

    def tick(self) -> list[str]:
        """Start everything that is due; return the ids of the runs."""
        now = self._site.ledger.read_now()
        started: list[str] = []
        for stored in self.list_schedules(SCHEDULE.c.next <= now):
            if not stored.paused:
                started += self._catch_up(stored, now)
        return started

    def run_now(self, name: str) -> str | None:
        """Start a schedule's task once more, whatever the time; return the run's id."""
        stored = self._find(name)
        if stored is None:
            return None
        run = self._make_run(stored)
        self._site.ledger.add(run)
        self._site.notify(run)
        return run.id

    def pause(self, name: str, *, paused: bool = True) -> bool:
        """Stop a schedule, or let it go on from the next of its times."""
        changes: dict[str, Any] = {"paused": paused}
        stored = self._find(name)
        if stored is not None and not paused:
            now = self._site.ledger.read_now()
            if stored.next <= now:
                changes["next"] = self._parse(stored.rule).after(now, stored.next)
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
            run = None if skipped else self._make_run(stored)
            if not self._move(stored.name, tick, following, run):
                return started
            if run is not None:
                started.append(run.id)
                self._site.notify(run)
            tick = following
            if tick > now:
                break
        return started

    def _move(
        self, name: str, tick: float, following: float, run: NewRun | None
    ) -> bool:
        same = (SCHEDULE.c.name == name, SCHEDULE.c.next == tick)
        changes: dict[str, Any] = {"next": following}
        if run is not None:
            changes |= {"last": tick, "last_run": run.id}
        statement = sa.update(SCHEDULE).where(*same, SCHEDULE.c.paused.is_(False))
        with self._site.database.write() as connection:
            if connection.execute(statement.values(**changes)).rowcount != 1:
                return False
            if run is not None:
                self._site.ledger.insert(connection.execute, run)
        return True

    def _store(
        self,
        connection: sa.Connection,
        schedule: Schedule,
        stored: StoredSchedule | None,
        now: float,
    ) -> None:
        rule = str(schedule.rule)
        row: dict[str, Any] = {"task": schedule.task, "args": schedule.args}
        row["rule"] = rule
        same_name = SCHEDULE.c.name == schedule.name
        if stored is None or stored.rule != rule:
            row["next"] = self._parse(rule).after(now)
        if stored is None:
            row |= {"name": schedule.name, "paused": False}
            # Another scheduler may have stored it between the look and now.
            if connection.execute(sa.select(SCHEDULE).where(same_name)).first() is None:
                connection.execute(sa.insert(SCHEDULE).values(**row))
        elif any(getattr(stored, name) != value for name, value in row.items()):
            connection.execute(sa.update(SCHEDULE).where(same_name).values(**row))

    def _find(self, name: str) -> StoredSchedule | None:
        return next(iter(self.list_schedules(SCHEDULE.c.name == name)), None)

    def _make_run(self, stored: StoredSchedule) -> NewRun:
        task = self._site.celery.tasks.get(stored.task)
        priority = getattr(task, "home_priority", None)
        return NewRun(
            id=str(uuid4()),
            task=stored.task,
            queue=getattr(task, "home_queue", None) or self._site.settings.queue,
            priority=DEFAULT_PRIORITY if priority is None else int(priority),
            args=stored.args,
            options="{}",
            who="schedule",
        )

    def _parse(self, rule: str) -> Rule:
        return parse_rule(rule, self._site.settings.timezone)
