"""Finds the pages of an application: its URL map, and the links in its pages."""

import json
import re
import subprocess
from html import unescape
from itertools import zip_longest
from urllib.parse import urldefrag, urljoin, urlsplit

from .catalogue import Application
from .environments import Environment
from .http_client import Answer
from .replay import Visitor
from .requests import HOST, ScriptedRequest, list_steps
from .servers import make_variables

MOST = 150
_MOST_ALIKE = 6
_MOST_LINKS = 20
_LINK = re.compile(r"""(?:href|src|action|data-url)\s*=\s*["']([^"'<>\s]{1,500})["']""")
_EXAMPLES = {
    "int": "1",
    "float": "1.5",
    "path": "some/path",
    "uuid": "12345678-1234-5678-1234-567812345678",
}
_LIST_RULES = """
import importlib, json, sys
module, _, name = sys.argv[1].partition(":")
found = importlib.import_module(module)
for part in (name or "app").removesuffix("()").split("."):
    found = getattr(found, part)
if name.endswith("()"):
    found = found()
rules = sorted(rule.rule for rule in found.url_map.iter_rules())
print("\\nRULES " + json.dumps(rules), flush=True)
import os
os._exit(0)
"""


def list_rule_paths(application: Application, environment: Environment) -> list[str]:
    """Return a path for each rule of the URL map, with examples for its parts."""
    target = application.flask_app or application.target
    done = subprocess.run(
        [environment.python, "-c", _LIST_RULES, target],
        env=make_variables(application, environment),
        cwd=make_variables(application, environment)["STATE"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    for line in done.stdout.splitlines():
        if line.startswith("RULES "):
            rules = json.loads(line.removeprefix("RULES "))
            return list(dict.fromkeys(map(_fill_rule, rules)))
    raise RuntimeError(f"{target} has no URL map:\n{done.stderr[-2000:]}")


def crawl(application: Application, rules: list[str], port: int) -> dict[str, int]:
    """Return the statuses of what a visitor reaches by links, and of the rules."""
    visitor = Visitor(port, application.captures)
    for request in list_steps(application):
        visitor.send(request)
    avoided = re.compile(application.avoid or r"(?!)")
    queue = [*application.paths, *_spread(rules)]
    found: dict[str, int] = {}
    alike: dict[str, int] = {}
    while queue and len(found) < MOST:
        path = queue.pop(0)
        shape = re.sub(r"\d+|[0-9a-f]{8,}", "0", urlsplit(path).path)
        shape = re.sub(r"[^/]+\.(\w+)$", r"*.\1", shape)
        if path in found or avoided.search(path) or alike.get(shape, 0) >= _MOST_ALIKE:
            continue
        answer = visitor.send(ScriptedRequest("GET", path))
        found[path] = answer.status
        alike[shape] = alike.get(shape, 0) + 1
        # Links come first: what a visitor sees matters more than each rule.
        queue = [*list_links(path, answer)[:_MOST_LINKS], *queue]
    visitor.close()
    return found


def list_links(path: str, answer: Answer) -> list[str]:
    """Return the paths on the same host that a page refers to."""
    kind = answer.find("content-type") or ""
    if answer.list_values("location"):
        targets = answer.list_values("location")
    elif "html" in kind:
        targets = _LINK.findall(answer.body.decode("utf-8", "replace"))
    else:
        return []
    links = []
    for target in targets:
        url = urlsplit(urldefrag(urljoin(f"http://{HOST}{path}", unescape(target)))[0])
        if url.netloc == HOST and url.scheme == "http" and url.path.isascii():
            links.append(url.path + (f"?{url.query}" if url.query else ""))
    return [link for link in dict.fromkeys(links) if not set(link) & set(' {}"\\')]


def _spread(rules: list[str]) -> list[str]:
    """Return the rules so that the first ones are from all parts of the site."""
    parts: dict[str, list[str]] = {}
    for rule in rules:
        parts.setdefault("/".join(rule.split("/")[:3]), []).append(rule)
    rounds = zip_longest(*parts.values())
    return [rule for each in rounds for rule in each if rule is not None]


def _fill_rule(rule: str) -> str:
    def fill(match: re.Match[str]) -> str:
        converter, _, _ = match[1].rpartition(":")
        name, _, arguments = converter.partition("(")
        if name == "any":
            return arguments.rstrip(")").split(",")[0].strip("\"' ")
        return _EXAMPLES.get(name, "name")

    return re.sub(r"<([^>]+)>", fill, rule)
