"""Import abstract classes from collections.abc."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="python-collections",
    title="Import abstract classes from collections.abc",
    why="Python 3.10 removed them from collections.",
    package="python",
    since="3.10",
    words=("collections",),
    check=moved_names({
        "collections.Awaitable": "collections.abc.Awaitable",
        "collections.Coroutine": "collections.abc.Coroutine",
        "collections.AsyncIterable": "collections.abc.AsyncIterable",
        "collections.AsyncIterator": "collections.abc.AsyncIterator",
        "collections.AsyncGenerator": "collections.abc.AsyncGenerator",
        "collections.Hashable": "collections.abc.Hashable",
        "collections.Iterable": "collections.abc.Iterable",
        "collections.Iterator": "collections.abc.Iterator",
        "collections.Generator": "collections.abc.Generator",
        "collections.Reversible": "collections.abc.Reversible",
        "collections.Sized": "collections.abc.Sized",
        "collections.Container": "collections.abc.Container",
        "collections.Callable": "collections.abc.Callable",
        "collections.Collection": "collections.abc.Collection",
        "collections.Set": "collections.abc.Set",
        "collections.MutableSet": "collections.abc.MutableSet",
        "collections.Mapping": "collections.abc.Mapping",
        "collections.MutableMapping": "collections.abc.MutableMapping",
        "collections.MappingView": "collections.abc.MappingView",
        "collections.KeysView": "collections.abc.KeysView",
        "collections.ItemsView": "collections.abc.ItemsView",
        "collections.ValuesView": "collections.abc.ValuesView",
        "collections.Sequence": "collections.abc.Sequence",
        "collections.MutableSequence": "collections.abc.MutableSequence",
        "collections.ByteString": "collections.abc.ByteString",
    }),
    examples=(
        (
            "from collections import Mapping, OrderedDict\n",
            (
                "from collections import OrderedDict\n"
                "from collections.abc import Mapping\n"
            ),
        ),
    ),
)
