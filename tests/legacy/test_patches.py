"""If this passes, what is set on modules and classes can be taken back entirely."""

from types import ModuleType

import pytest

from carboy.legacy import LegacyWarning
from carboy.legacy.patches import Patches
from carboy.legacy.rows import rows_of, same_names


class Base:
    inherited = 1


class Owner(Base):
    own = 2


def test_attributes_are_set_and_taken_back():
    patches = Patches()
    before = dict(vars(Owner))

    patches.set(Owner, "own", 3)
    patches.set(Owner, "inherited", 4)
    patches.set(Owner, "new", 5)
    assert (Owner.own, Owner.inherited) == (3, 4)
    patches.undo()

    assert dict(vars(Owner)) == before
    assert Owner.inherited == 1


def test_a_module_gets_names_that_are_resolved_when_used():
    module = ModuleType("old_module")
    rows = {
        row.attribute: row
        for row in rows_of("old_module", "1", same_names("markupsafe", "escape"))
    }
    patches = Patches()
    patches.add_names(module, lambda _: rows)

    with pytest.warns(LegacyWarning, match=r"old_module.escape is gone since 1"):
        assert module.escape("<") == "&lt;"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = module.nothing
    patches.undo()

    assert not hasattr(module, "escape")


def test_a_module_with_names_of_its_own_keeps_them():
    module = ModuleType("old_module")
    vars(module)["__getattr__"] = lambda name: f"own {name}"
    patches = Patches()
    patches.add_names(module, lambda _: {})

    assert module.x == "own x"


def test_functions_are_called_at_the_end():
    patches = Patches()
    calls = []
    patches.on_undo(lambda: calls.append(1))

    patches.undo()
    patches.undo()

    assert calls == [1]
