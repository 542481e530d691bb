"""Run rules on the text of one file until nothing changes any more."""

import ast
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from .module import Module
from .project import Project
from .python2 import find_python2
from .rule import Finding, UpgradeRule
from .source import Edit, SourceText, apply_edits, decode_python, decode_text
from .text_file import UnparsedFile

_MAX_PASSES = 30
_KEEP = b"# carboy: keep"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, as it was, what a rule has to say of it, and who gets in."""

    rule: str
    line: int
    message: str
    security: str = ""


@dataclass(slots=True)
class FileOutcome:
    """A file before and after; what was changed, what is for a person, what failed."""

    path: str
    before: bytes
    after: bytes
    changes: list[Place] = field(default_factory=list)
    notes: list[Place] = field(default_factory=list)
    problem: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether the bytes differ."""
        return self.before != self.after


def rewrite(
    raw: bytes,
    path: PurePath,
    kinds: Sequence[str],
    rules: Iterable[UpgradeRule],
    project: Project | None = None,
) -> FileOutcome:
    """Return the outcome of `rules` for the bytes of a file; nothing is written."""
    outcome = FileOutcome(str(path), raw, raw)
    chosen = [rule for rule in rules if rule.kind in kinds]
    # Later passes ask again: a rule may write the words of another one.
    if not any(_has_words(rule, raw) for rule in chosen):
        return outcome
    try:
        data, encoding = (decode_python if path.suffix == ".py" else decode_text)(raw)
    except (SyntaxError, UnicodeError, LookupError) as error:
        outcome.problem = f"{path}: left as it is: its encoding is not known ({error})."
        return outcome
    run = _Run(data, path, project or Project())
    try:
        run.apply(chosen)
        after = encoding.encode(run.data)
    except (SyntaxError, ValueError, LookupError, RecursionError) as error:
        outcome.problem = _describe_failure(data, path, error)
        return outcome
    outcome.notes = run.notes
    if run.data != data and (problem := _check(data, run.data, path)):
        outcome.problem = problem
        return outcome
    outcome.after, outcome.changes = after, run.changes
    return outcome


class _Run:
    """The passes over one file."""

    def __init__(self, data: bytes, path: PurePath, project: Project) -> None:
        self.data = data
        self.changes: list[Place] = []
        self.notes: list[Place] = []
        self._first = SourceText(data)
        self._path = path
        self._project = project
        self._passes: list[list[Edit]] = []

    def apply(self, rules: list[UpgradeRule]) -> None:
        for _ in range(_MAX_PASSES):
            edits, notes = self._find_edits(rules)
            if not edits:
                self.notes = notes
                return
            self._passes.append(edits)
            self.data = apply_edits(self.data, edits)
        names = ", ".join(sorted({change.rule for change in self.changes}))
        raise ValueError(f"the rules never come to an end: {names}")

    def _find_edits(self, rules: list[UpgradeRule]) -> tuple[list[Edit], list[Place]]:
        accepted: list[Edit] = []
        notes: list[Place] = []
        subjects: dict[str, Module | UnparsedFile] = {}
        for rule in rules:
            if not _has_words(rule, self.data):
                continue
            if rule.kind not in subjects:
                subjects[rule.kind] = self._read(rule.kind)
            for finding in self._findings(rule, subjects[rule.kind]):
                place = self._place(rule, finding)
                if not finding.edits or any(e.start < 0 for e in finding.edits):
                    notes.append(place)
                elif _add_edits(accepted, finding.edits):
                    self.changes.append(place)
        return sorted(accepted, key=lambda e: (e.start, e.end)), notes

    def _read(self, kind: str) -> Module | UnparsedFile:
        if kind == "python":
            return Module(self.data, self._project)
        return UnparsedFile(self.data, self._path)

    def _findings(
        self, rule: UpgradeRule, subject: Module | UnparsedFile
    ) -> Iterator[Finding]:
        for finding in rule.check(subject):
            source = subject.source
            start = source.lines[source.line_of(finding.offset) - 1]
            if _KEEP not in source.data[start : source.line_end(finding.offset)]:
                yield finding

    def _place(self, rule: UpgradeRule, finding: Finding) -> Place:
        offset = finding.offset
        for edits in reversed(self._passes):
            offset = _map_back(offset, edits)
        line = self._first.line_of(offset)
        return Place(rule.id, line, finding.message, finding.security)


def _add_edits(accepted: list[Edit], edits: Sequence[Edit]) -> bool:
    """Add edits if none overlaps another one; else they wait for the next pass."""
    new = [edit for edit in edits if edit not in accepted]
    if not new or any(_overlap(a, b) for a in new for b in accepted):
        return False
    accepted += dict.fromkeys(new)
    return True


def _overlap(a: Edit, b: Edit) -> bool:
    if a.start == a.end or b.start == b.end:
        return a.start < b.end and b.start < a.end
    return max(a.start, b.start) < min(a.end, b.end)


def _map_back(offset: int, edits: list[Edit]) -> int:
    """Return where the byte at `offset` was before edits."""
    shift = 0
    for edit in edits:
        size = len(edit.text.encode())
        start = edit.start + shift
        if offset < start:
            break
        if offset < start + size:
            return edit.start
        shift += size - (edit.end - edit.start)
    return offset - shift


def _has_words(rule: UpgradeRule, data: bytes) -> bool:
    return any(word.encode() in data for word in rule.words)


def _check(before: bytes, after: bytes, path: PurePath) -> str:
    """Return what is wrong with the new text of a Python file, or ``''``."""
    if path.suffix != ".py":
        return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _compile(before)
        except SyntaxError:
            # So was the file: a `return` outside of a function, for example.
            flags = ast.PyCF_ONLY_AST
        else:
            flags = 0
        try:
            _compile(after, flags)
        except (SyntaxError, ValueError) as error:
            return (
                f"{path}: left as it is: the edited code would not compile"
                f" ({error}). Please report this as a bug of Carboy."
            )
    return ""


def _compile(data: bytes, flags: int = 0) -> None:
    compile(data, "<edited>", "exec", flags=flags, dont_inherit=True)


def _describe_failure(data: bytes, path: PurePath, error: Exception) -> str:
    if not isinstance(error, SyntaxError):
        return f"{path}: left as it is: {error}."
    sign = find_python2(data.decode(errors="replace"))
    if sign is not None:
        line, text = sign
        return (
            f"{path}:{line}: left as it is: this is Python 2 ({text})."
            " Run 2to3 of Python 3.12 or older on it, then run this again."
        )
    return f"{path}:{error.lineno or 1}: left as it is: not valid Python ({error.msg})."
