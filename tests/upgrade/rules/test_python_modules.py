"""If this passes, code does without removed modules, and keeps those that are its own."""

from carboy.upgrade.rules.python_modules import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "import cgi\n\nprint(cgi.escape(text))\n",
        "from html import escape\n\nprint(escape(text, quote=False))\n",
    ),
    (
        "from imp import reload as again\n\nagain(site)\n",
        "from importlib import reload as again\n\nagain(site)\n",
    ),
    (
        "from distutils.version import LooseVersion\n\nLooseVersion('1') < LooseVersion('2')\n",
        "from packaging.version import Version\n\nVersion('1') < Version('2')\n",
    ),
    (
        "from asyncio import coroutine, sleep\n\n\n@coroutine\ndef a():\n"
        "    return (yield from sleep(1))\n",
        "from asyncio import sleep\n\n\nasync def a():\n    return (await sleep(1))\n",
    ),
]
UNCHANGED = [
    "import imp\n\nmodule = imp.new_module('x')\n",
    "try:\n    from cgi import escape\nexcept ImportError:\n    from html import escape\n",
    "from .imp import reload\n\nreload()\n",
    "from html import escape\n\nescape(text)\n",
    "import asyncio\n\n\n@asyncio.coroutine\ndef a():\n    yield\n",
    "import types\n\n\n@types.coroutine\ndef a():\n    yield\n",
    "from setuptools import setup\n\nsetup(name='distutils')\n",
    "def strtobool(x):\n    return x\n\n\nstrtobool('1')  # distutils\n",
    "import telnetlib\n\ntelnetlib.Telnet('x')\n",
    "import bcrypt\n\nbcrypt.gensalt()\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
