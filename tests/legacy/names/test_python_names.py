"""If this passes, names that Python removed are there again."""

import collections.abc

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


def test_names_are_what_they_were(run_old):
    names = run_old(
        "from collections import Mapping, Callable\n"
        "import inspect, base64, fractions, time, configparser, asyncio, platform\n"
        "spec = inspect.getargspec(lambda a, b=1, *c, **d: 0)\n"
        "found = [base64.decodestring(base64.encodestring(b'x')), fractions.gcd(12, 8)]\n"
        "assert time.clock() <= time.clock()\n"
        "configparser.SafeConfigParser()\n"
        "assert len(platform.linux_distribution()) == 3\n"
        "shown = inspect.formatargspec(['a'], 'b', 'c')\n"
        "@asyncio.coroutine\n"
        "def wait(): yield from asyncio.sleep(0); return 5\n"
        "async def main(): return await wait()\n"
        "found.append(asyncio.run(main()))\n"
    )

    assert names["Mapping"] is collections.abc.Mapping
    assert names["spec"].args == ["a", "b"]
    assert names["spec"].keywords == "d"
    assert names["found"] == [b"x", 4, 5]
    assert names["shown"] == "(a, *b, **c)"
