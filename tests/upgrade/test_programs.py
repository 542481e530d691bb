"""If this passes, upgraded programs compile, stay as they are, and keep other bytes.

`UPGRADE_PROGRAMS` says how many are generated, from which `UPGRADE_SEED` on.
"""

import ast
import os
from difflib import SequenceMatcher
from pathlib import PurePath

from carboy.upgrade import choose_rules, parse_targets, rewrite
from tests.upgrade.programs import make_program

COUNT = int(os.environ.get("UPGRADE_PROGRAMS", "150"))
SEED = int(os.environ.get("UPGRADE_SEED", "0"))


def test_programs_compile_and_a_second_run_changes_nothing():
    rules = choose_rules(parse_targets(""), unsafe=True)
    for seed in range(SEED, SEED + COUNT):
        raw = make_program(seed)

        outcome = rewrite(raw, PurePath("a.py"), ["python"], rules)
        again = rewrite(outcome.after, PurePath("a.py"), ["python"], rules)

        assert not outcome.problem, f"seed {seed}: {outcome.problem}"
        ast.parse(outcome.after)
        assert not again.is_changed, f"seed {seed}"
        assert fillers(raw) <= fillers(outcome.after), f"seed {seed}"


def fillers(raw: bytes) -> set[bytes]:
    """Return the lines that no rule has anything to do with."""
    words = (b"\xc3\xbcnchanged", b"return [a for", b"y: int", b"value", b"# from")
    lines = raw.splitlines(keepends=True)
    return {line for line in lines if any(word in line for word in words)}


def test_untouched_bytes_are_the_same():
    rules = choose_rules(parse_targets(""))
    raw = make_program(SEED)

    after = rewrite(raw, PurePath("a.py"), ["python"], rules).after

    matcher = SequenceMatcher(None, raw, after, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    assert kept > len(raw) * 0.5
