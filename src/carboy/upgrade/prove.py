"""Upgrade a project on a branch, one commit for each rule, and prove each."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .files import list_files
from .git import Repository, find_repository, free_branch
from .reports import DOCS
from .rewrite import FileOutcome
from .rule import UpgradeRule
from .run import make_project, upgrade_files, write_outcomes
from .trial import Trial, run_trial

_MAX_ROUNDS = 6
_MAX_REPAIRS = 20
_MAX_NAMES = 20
Step = tuple[str, str]


@dataclass(slots=True)
class Proof:
    """What a proof has found: tests before and after, what was done and taken back."""

    branch: str
    before: Trial
    after: Trial
    applied: dict[str, int] = field(default_factory=dict)
    taken_back: list[Step] = field(default_factory=list)
    outcomes: list[FileOutcome] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing that passed before fails now."""
        return not self.after.broken_since(self.before)


def prove(
    paths: Sequence[Path],
    rules: Sequence[UpgradeRule],
    command: str,
    say: Callable[[str], None] = print,
) -> Proof:
    """Apply rules on a new branch; take back what breaks a passing test."""
    origin = find_repository(paths[0])
    branch = free_branch(origin)
    scratch = Path(tempfile.mkdtemp(prefix="carboy-upgrade-"))
    folder = scratch / "worktree"
    origin.run("worktree", "add", "--quiet", "-b", branch, str(folder), "HEAD")
    try:
        inner = [path.absolute().relative_to(origin.folder) for path in paths]
        work = _Work(Repository(folder), [folder / p for p in inner], rules, command)
        proof = work.run(branch, say)
    finally:
        origin.run("worktree", "remove", "--force", str(folder))
        shutil.rmtree(scratch, ignore_errors=True)
    _show(proof, say)
    return proof


class _Work:
    """The commits of one proof."""

    def __init__(
        self,
        tree: Repository,
        paths: Sequence[Path],
        rules: Sequence[UpgradeRule],
        command: str,
    ) -> None:
        self._tree = tree
        self._rules = rules
        self._command = command
        self._paths = paths
        first = self._paths[0]
        self._folder = first if first.is_dir() else first.parent
        self._excluded: set[Step] = set()
        self._commits: list[tuple[str, str, list[str]]] = []
        self._places: dict[str, int] = {}

    def run(self, branch: str, say: Callable[[str], None]) -> Proof:
        start = self._tree.head()
        before = self._try()
        say(f"before: {before.describe()}")
        after = before
        for _ in range(_MAX_REPAIRS):
            self._tree.reset(start)
            self._apply_all()
            after = self._try() if self._commits else before
            if not after.broken_since(before):
                break
            self._exclude(start, before, say)
        proof = Proof(branch, before, after, self._count(), sorted(self._excluded))
        proof.outcomes = self._look()
        return proof

    def _try(self) -> Trial:
        return run_trial(self._folder, self._command)

    def _apply_all(self) -> None:
        """Commit each rule that changes something, until none does any more."""
        self._commits.clear()
        self._places.clear()
        for _ in range(_MAX_ROUNDS):
            if not [rule for rule in self._rules if self._apply(rule)]:
                return

    def _apply(self, rule: UpgradeRule, only: str = "") -> bool:
        files = [
            path
            for path in list_files(self._paths)
            if (rule.id, self._name(path)) not in self._excluded
            and only in {"", self._name(path)}
        ]
        project = make_project(list_files(self._paths))
        outcomes = upgrade_files(files, [rule], project=project)
        changed = [outcome for outcome in outcomes if outcome.is_changed]
        if not changed:
            return False
        write_outcomes(changed)
        self._tree.commit(_message(rule))
        names = [self._name(Path(outcome.path)) for outcome in changed]
        self._commits.append((self._tree.head(), rule.id, names))
        count = sum(len(outcome.changes) for outcome in changed)
        self._places[rule.id] = self._places.get(rule.id, 0) + count
        return True

    def _exclude(self, start: str, before: Trial, say: Callable[[str], None]) -> None:
        """Find the first commit after which something is broken; exclude its files."""
        commits = list(self._commits)
        low, high = 0, len(commits) - 1
        while low < high:
            middle = (low + high) // 2
            self._tree.reset(commits[middle][0])
            if self._try().broken_since(before):
                high = middle
            else:
                low = middle + 1
        _, rule_id, names = commits[low]
        parent = commits[low - 1][0] if low else start
        guilty = [n for n in names if self._breaks(parent, rule_id, n, before)]
        for name in guilty or names:
            self._excluded.add((rule_id, name))
            say(f"{name}: {rule_id} breaks a passing test; taken back here")

    def _breaks(self, parent: str, rule_id: str, name: str, before: Trial) -> bool:
        self._tree.reset(parent)
        rule = next(rule for rule in self._rules if rule.id == rule_id)
        self._apply(rule, name)
        return bool(self._try().broken_since(before))

    def _count(self) -> dict[str, int]:
        return dict(self._places)

    def _look(self) -> list[FileOutcome]:
        """Return the places that are left for a person."""
        files = list_files(self._paths)
        outcomes = upgrade_files(files, self._rules, project=make_project(files))
        folder = f"{self._tree.folder}/"
        for outcome in outcomes:
            outcome.problem = outcome.problem.replace(folder, "")
            outcome.path = self._name(Path(outcome.path))
            outcome.after = outcome.before
        return outcomes

    def _name(self, path: Path) -> str:
        return path.relative_to(self._tree.folder).as_posix()


def _message(rule: UpgradeRule) -> str:
    return f"{rule.title}\n\n{rule.why}\n\nRule: {rule.id}\n{DOCS}#{rule.id}\n"


def _show(proof: Proof, say: Callable[[str], None]) -> None:
    """Print the table at the end."""
    for rule, count in sorted(proof.applied.items(), key=lambda row: -row[1]):
        say(f"{count:5}  {rule}")
    for rule, name in proof.taken_back:
        say(f" back  {rule}  {name}")
    for outcome in proof.outcomes:
        for place in dict.fromkeys(outcome.notes):
            say(f"{outcome.path}:{place.line}: {place.rule}: {place.message}")
        if outcome.problem:
            say(outcome.problem)
    say(f"before: {proof.before.describe()}")
    say(f"after:  {proof.after.describe()}")
    broken = proof.after.broken_since(proof.before)
    for name in broken:
        say(f"broken: {name}")
    left = sorted(proof.after.failed - {*broken})
    for name in left[:_MAX_NAMES]:
        say(f"still fails: {name}")
    if len(left) > _MAX_NAMES:
        say(f"and {len(left) - _MAX_NAMES} more still fail")
    if proof.applied:
        say(f"The commits are on the branch {proof.branch}: git merge {proof.branch}")
