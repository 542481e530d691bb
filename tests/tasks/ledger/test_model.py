"""Claim, heartbeat, recovery and prune hold in every order in which they may happen.

A small model of the ledger is explored exhaustively: two workers, one run, every
interleaving of their steps, deaths and wrong suspicions. Each step is one transaction
of `ledger.py`. Without the fencing token the same search finds a process that ends the
run of another one.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

_WORKERS = (0, 1)
_MAX_TOKEN = 4
_MAX_LOSSES = 3


@dataclass(frozen=True, slots=True)
class Worker:
    """What one process knows: its claim, and whether others take it for dead."""

    is_alive: bool = True
    is_suspected: bool = False
    token: int | None = None
    has_worked: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The run's row in the queue (None once it ended), its history, the workers."""

    row: str | None = "ready"
    token: int = 0
    losses: int = 0
    owner: int | None = None
    stop: bool = False
    history: str = "waiting"
    effects: int = 0
    is_pruned: bool = False
    # Whether a process changed a run that another one had claimed.
    is_stolen: bool = False
    workers: tuple[Worker, ...] = (Worker(), Worker())


def _set(state: State, number: int, worker: Worker, **changes: object) -> State:
    workers = list(state.workers)
    workers[number] = worker
    return replace(state, workers=tuple(workers), **changes)  # type: ignore[arg-type]  # fields by name


def _end(state: State, history: str, **changes: object) -> State:
    ended = {"row": None, "owner": None, "history": history}
    return replace(state, **(ended | changes))  # type: ignore[arg-type]  # fields by name


def _steps(state: State, *, is_fenced: bool) -> Iterator[tuple[str, State]]:
    """Yield every transaction that may be the next one."""
    for number in _WORKERS:
        yield from _worker_steps(state, number, is_fenced=is_fenced)
    yield from _recover(state)
    if state.row in {"ready", "scheduled"}:
        yield "cancel", _end(state, "cancelled")
    elif state.row == "running" and not state.stop:
        yield "ask to stop", replace(state, stop=True)
    if state.row == "scheduled":
        yield "offer", replace(state, row="ready")
    if state.row is None and not state.is_pruned:
        yield "prune", replace(state, is_pruned=True)


def _worker_steps(
    state: State, number: int, *, is_fenced: bool
) -> Iterator[tuple[str, State]]:
    worker = state.workers[number]
    if not worker.is_alive:
        return
    yield f"{number} dies", _set(state, number, Worker(is_alive=False))
    if worker.token is None:
        if state.row == "ready" and state.token < _MAX_TOKEN:
            yield f"{number} claims", _claim(state, number)
        return
    if worker.is_suspected:
        heard = replace(worker, is_suspected=False)
        yield f"{number} is heard", _set(state, number, heard)
    else:
        # No heartbeat for a while: paused, or the network is away.
        silent = replace(worker, is_suspected=True)
        yield f"{number} falls silent", _set(state, number, silent)
    is_held = state.row == "running"
    if is_fenced:
        is_held = is_held and state.token == worker.token
    if worker.has_worked:
        yield from _ends(state, number, is_held=is_held)
    else:
        yield f"{number} works", _set(state, number, replace(worker, has_worked=True))
        yield f"{number} hands back", _unclaim(state, number, is_held=is_held)


def _claim(state: State, number: int) -> State:
    token = state.token + 1
    claimed = replace(state.workers[number], token=token)
    return _set(state, number, claimed, row="running", token=token, owner=number)


def _unclaim(state: State, number: int, *, is_held: bool) -> State:
    """Offer a run again that was claimed together with others and never begun."""
    after = _set(state, number, replace(state.workers[number], token=None))
    if not is_held:
        return after
    after = replace(after, is_stolen=state.owner != number)
    if state.stop:
        return _end(after, "cancelled")
    return replace(after, row="ready", owner=None)


def _ends(state: State, number: int, *, is_held: bool) -> Iterator[tuple[str, State]]:
    """Yield the ends of an attempt; one that lost its claim is rolled back."""
    idle = replace(state.workers[number], token=None, has_worked=False)
    after = _set(state, number, idle)
    if not is_held:
        yield f"{number} rolls back", after
        return
    after = replace(after, is_stolen=state.owner != number)
    yield f"{number} finishes", _end(after, "done", effects=after.effects + 1)
    waiting = replace(after, row="scheduled", owner=None)
    yield f"{number} reschedules", waiting
    if state.stop:
        yield f"{number} stops", _end(after, "cancelled")


def _recover(state: State) -> Iterator[tuple[str, State]]:
    if state.row != "running" or state.owner is None:
        return
    owner = state.workers[state.owner]
    if owner.is_alive and not owner.is_suspected:
        return
    if state.stop:
        yield "recovery cancels", _end(state, "cancelled")
    elif state.losses + 1 >= _MAX_LOSSES:
        yield "recovery gives up", _end(state, "dead")
    else:
        losses = state.losses + 1
        freed = replace(state, row="scheduled", owner=None, losses=losses)
        yield "recovery releases", freed


def _find_mistake(state: State) -> str | None:
    if state.effects > 1:
        return "two effects"
    if state.is_stolen:
        return "changed by a process whose claim was lost"
    if (state.history == "done") != (state.effects == 1):
        return "an effect without its end"
    if (state.row is None) != (state.history != "waiting"):
        return "lost: neither in the queue nor ended"
    if state.is_pruned and state.history == "waiting":
        return "pruned before its end"
    return None


def _explore(*, is_fenced: bool) -> tuple[dict[State, list[str]], list[str] | None]:
    """Visit every state that can be reached; stop at the first mistake."""
    paths: dict[State, list[str]] = {State(): []}
    queue = deque(paths)
    while queue:
        state = queue.popleft()
        mistake = _find_mistake(state)
        if mistake is not None:
            return paths, [*paths[state], mistake]
        for name, following in _steps(state, is_fenced=is_fenced):
            if following not in paths:
                paths[following] = [*paths[state], name]
                queue.append(following)
    return paths, None


def test_no_order_of_steps_loses_a_run_or_has_its_effect_twice() -> None:
    paths, mistake = _explore(is_fenced=True)

    assert mistake is None
    assert len(paths) > 1000
    assert {state.history for state in paths} >= {"done", "cancelled", "dead"}


def test_every_state_in_which_a_run_waits_leads_to_an_end() -> None:
    paths, _ = _explore(is_fenced=True)
    ends = {state for state in paths if state.row is None}
    before: dict[State, set[State]] = {}
    for state in paths:
        for _name, following in _steps(state, is_fenced=True):
            before.setdefault(following, set()).add(state)
    reached, queue = set(ends), deque(ends)
    while queue:
        for state in before.get(queue.popleft(), ()):
            if state not in reached:
                reached.add(state)
                queue.append(state)

    stuck = [state for state in paths if state not in reached]
    assert not [s for s in stuck if any(w.is_alive for w in s.workers)]


def test_without_the_fencing_token_the_search_finds_a_stolen_run() -> None:
    _, mistake = _explore(is_fenced=False)

    assert mistake is not None
    assert mistake[-1] == "changed by a process whose claim was lost"


@pytest.mark.parametrize(
    "name", ["recovery releases", "recovery gives up", "0 hands back", "prune"]
)
def test_the_model_reaches_each_kind_of_step(name: str) -> None:
    paths, _ = _explore(is_fenced=True)

    assert any(name in path for path in paths.values())
