"""Draws random templates: every construct of Jinja, in each other."""

from collections.abc import Callable
from random import Random

NAMES = (
    "a", "b", "c", "d", "e", "f", "n", "t", "thing", "web", "text", "point", "rows",
    "tree", "byte", "u", "v", "w", "item", "ns", "loop", "shared", "request", "self",
)  # fmt: skip
ATTRIBUTES = (
    "title", "mark", "number", "none", "items", "counted", "lost", "x", "y", "v", "sub",
    "other", "missing", "upper", "index", "class", "length", "last", "kept", "method",
)  # fmt: skip
RARE_ATTRIBUTES = ("broken", "ended", "wrong", "__class__", "_private", "keys")
FUNCTIONS = (
    "echo", "look", "modes", "size", "function", "partial", "wrapped", "thing.method",
    "thing.scoped", "caller_object", "loop.cycle", "range", "dict", "a.upper", "m1",
    "m2", "m3", "m4", "lib.cell", "cell", "with_caller", "gettext", "_", "loop.changed",
    "d.get", "echo", "wrapped", "thing.method", "d.items",
)  # fmt: skip
RARE_FUNCTIONS = (
    "stop", "stop", "fail", "missing_function", "n", "thing", "loop", "super",
    "self.body", "caller",
)  # fmt: skip
FILTERS = (
    "upper", "e", "safe", "default('<d>')", "length", "join('<')", "list", "first",
    "last", "string", "forceescape", "trim", "lower", "title", "d(a, true)", "int",
    "striptags", "replace('<', b)",
    "attr('title')", "urlencode", "truncate(5)", "wordcount", "escape", "own_filter",
    "context_filter", "own_filter(1)", "center(20)", "wordwrap(4)", "pprint",
)  # fmt: skip
RARE_FILTERS = (
    "unknown", "map(attribute='title')|list", "map('upper')|join", "select|list",
    "batch(2)|list", "reverse|list", "tojson", "abs", "sort|list", "groupby('x')",
    "sum", "items|list", "stop_filter",
)  # fmt: skip
TESTS = (
    "defined", "undefined", "none", "string", "mapping", "iterable", "odd", "callable",
    "sameas(none)", "escaped", "number", "eq(a)", "sequence",
)  # fmt: skip
TEXTS = (
    "text ", "<b>&amp;</b>", "\n", "  \n  ", "line\n", "{ }", "100%", "é中", "\t", '"',
    "'", "{{ '{{' }}",
)  # fmt: skip
CONSTANTS = (
    "1", "0", "-2", "1.5", "true", "none", "'<c>'", '"d"', "[]", "[1, '<']", "{'k': a}",
    "(1, 2)", "'%s <x>'", "1e100", "'a' ~ '<'", "{}",
)  # fmt: skip


class Draw:
    """Draws the parts of one template."""

    def __init__(self, random: Random, others: list[str], *, inherits: bool) -> None:
        self.random = random
        self.others = others
        self.inherits = inherits
        self.blocks = 0
        self.statements: tuple[Callable[[int], str], ...] = (
            self.condition, self.loop, self.loop, self.set, self.set_block, self.macro,
            self.call_block, self.filter_block, self.with_block, self.autoescape,
            self.include, self.imports, self.namespace, self.trans, self.do,
            self.recursive, self.block, self.raw, self.controls,
        )  # fmt: skip

    def chance(self, share: float) -> bool:
        """Return whether something happens."""
        return self.random.random() < share

    def pick(self, common: tuple[str, ...], rare: tuple[str, ...] = ()) -> str:
        """Return one of the words, seldom a rare one."""
        return self.random.choice(rare if rare and self.chance(0.04) else common)

    def expression(self, depth: int = 2) -> str:
        """Return an expression."""
        if depth <= 0:
            return self.pick(NAMES) if self.chance(0.75) else self.pick(CONSTANTS)
        less = depth - 1
        kinds: tuple[Callable[[], str], ...] = (
            lambda: self.pick(NAMES),
            lambda: self.pick(CONSTANTS),
            lambda: f"{self.primary(less)}.{self.pick(ATTRIBUTES, RARE_ATTRIBUTES)}",
            lambda: f"{self.pick(NAMES)}.{self.pick(ATTRIBUTES, RARE_ATTRIBUTES)}",
            lambda: f"{self.primary(less)}[{self.expression(0)}]",
            lambda: f"{self.primary(less)}['{self.pick(ATTRIBUTES)}']",
            lambda: self.call(less),
            lambda: self.call(less),
            lambda: f"{self.primary(less)}|{self.pick(FILTERS, RARE_FILTERS)}",
            lambda: f"({self.expression(less)} is {self.pick(TESTS, ('strange',))})",
            lambda: f"({self.expression(less)} if {self.expression(less)})",
            lambda: (
                f"({self.expression(0)} if {self.expression(0)} else {self.call(0)})"
            ),
            lambda: (
                f"({self.expression(less)} {self.operator()} {self.expression(less)})"
            ),
            lambda: f"(not {self.expression(less)})",
            lambda: f"{self.pick(('a', 'b', 'rows', 'e', 'text'))}[:1]",
            lambda: f"({self.expression(less)}, {self.expression(0)})",
        )
        return self.random.choice(kinds)()

    def primary(self, depth: int) -> str:
        """Return an expression that something may follow."""
        if depth <= 0 or self.chance(0.6):
            return self.pick(NAMES[:16])
        text = self.expression(depth)
        return text if text.isidentifier() or text[-1:] in {")", "]"} else f"({text})"

    def operator(self) -> str:
        """Return an operator between two values."""
        return self.random.choice((
            "~",
            "~",
            "~",
            "and",
            "or",
            "and",
            "==",
            "!=",
            "==",
            "+",
            "in",
            "%",
            "*",
        ))

    def call(self, depth: int) -> str:
        """Return a call with random arguments."""
        args = [self.expression(depth) for _ in range(self.random.choice((0, 1, 1, 2)))]
        if self.chance(0.3):
            key = self.random.choice(("k", "text", "kind", "class", "caller", "_x"))
            args.append(f"{key}={self.expression(depth)}")
        if self.chance(0.04):
            args.append(self.random.choice(("*rows", "*e", "**d", "**{'k': 1}")))
        if self.chance(0.02):
            args.append("_loop_vars=1")
        return f"{self.pick(FUNCTIONS, RARE_FUNCTIONS)}({', '.join(args)})"

    def output(self) -> str:
        """Return an expression that is written."""
        left, right = self.random.choice((("", ""), ("", ""), ("-", "-"), ("", "-")))
        line = "\n" if self.chance(0.1) else " "
        return f"{{{{{left}{line}{self.expression(3)} {right}}}}}"

    def tag(self, text: str) -> str:
        """Return a statement, perhaps with whitespace control."""
        left = self.random.choice(("", "", "", "-", "+"))
        right = "-" if self.chance(0.2) else ""
        return f"{{%{left} {text} {right}%}}"

    def body(self, depth: int) -> str:
        """Return text, values and statements."""
        parts = []
        for _ in range(self.random.randint(1, 4)):
            roll = self.random.random()
            if roll < 0.3:
                parts.append(self.pick(TEXTS))
            elif roll < 0.7 or depth <= 0:
                parts.append(self.output())
            else:
                parts.append(self.random.choice(self.statements)(depth - 1))
        return "".join(parts)

    def condition(self, depth: int) -> str:
        text = self.tag(f"if {self.expression()}") + self.body(depth)
        if self.chance(0.3):
            text += self.tag(f"elif {self.expression()}") + self.body(depth)
        if self.chance(0.4):
            text += self.tag("else") + self.body(depth)
        return text + self.tag("endif")

    def loop(self, depth: int) -> str:
        target = self.random.choice(("item", "item", "v", "u, v", "x"))
        source = self.random.choice(
            ("rows", "rows", "e", "once", "range(3)", "tree", "d", "d.items()", "tree",
             "thing.items", "[1, 2]|map('string')", self.expression(1))
        )  # fmt: skip
        test = f" if {self.expression(1)}" if self.chance(0.2) else ""
        text = self.tag(f"for {target} in {source}{test}") + self.body(depth)
        if self.chance(0.3):
            text += self.output()
        if self.chance(0.3):
            text += self.tag("else") + self.body(depth)
        return text + self.tag("endfor")

    def recursive(self, depth: int) -> str:
        inside = self.body(depth)
        deeper = "{{ loop(item.sub) }}" if self.chance(0.9) else ""
        return (
            self.tag("for item in tree recursive")
            + "{{ item.v }}{{ loop.depth }}" + inside + deeper + self.tag("endfor")
        )  # fmt: skip

    def set(self, depth: int) -> str:
        target = self.random.choice(("u", "v", "w", "a", "item", "u, v", "m1", "_p"))
        return self.tag(f"set {target} = {self.expression()}")

    def set_block(self, depth: int) -> str:
        chosen = "|upper" if self.chance(0.3) else ""
        return self.tag(f"set w{chosen}") + self.body(depth) + self.tag("endset")

    def macro(self, depth: int) -> str:
        name = self.random.choice(("m1", "m2", "m3", "m4"))
        signature = self.random.choice(
            ("", "text", "text, kind='<k>'", "text, kind=a", "a, b=a", "k, caller=none",
             "text=thing.title, kind=text")
        )  # fmt: skip
        extra = self.random.choice(
            ("", "", "{{ varargs }}", "{{ kwargs|dictsort }}", "{{ caller() }}",
             "{{ caller(a) if caller }}", "{{ text }}{{ kind }}")
        )  # fmt: skip
        text = self.tag(f"macro {name}({signature})") + self.body(depth) + extra
        call = f"{{{{ {name}({self.expression(0)}) }}}}" if self.chance(0.7) else ""
        return text + self.tag("endmacro") + call

    def call_block(self, depth: int) -> str:
        signature = self.random.choice(("", "", "(x)", "(text, v=a)"))
        called = self.random.choice(
            ("m1()", "m2(a)", "m3(b, kind=1)", "with_caller(a)", "echo(1)",
             "lib.cell(a)", "m4(k=2)")
        )  # fmt: skip
        text = self.tag(f"call{signature} {called}") + self.body(depth)
        return text + self.tag("endcall")

    def filter_block(self, depth: int) -> str:
        name = self.random.choice(("upper", "e", "replace('<', '[')", "own_filter"))
        return self.tag(f"filter {name}") + self.body(depth) + self.tag("endfilter")

    def with_block(self, depth: int) -> str:
        given = self.random.choice((
            "a = b",
            "u = a, v = u",
            "",
            "loop = 1",
            "m1 = echo",
        ))
        return self.tag(f"with {given}") + self.body(depth) + self.tag("endwith")

    def autoescape(self, depth: int) -> str:
        value = self.random.choice(("true", "false", "t", "n", self.expression(0)))
        text = self.tag(f"autoescape {value}") + self.body(depth)
        return text + self.tag("endautoescape")

    def include(self, depth: int) -> str:
        name = self.random.choice([*self.others, "part.txt", "gone.html"])
        missing = " ignore missing" if name == "gone.html" and self.chance(0.8) else ""
        context = self.random.choice(("", "", " with context", " without context"))
        if self.chance(0.1):
            return self.tag(f"include ['gone.html', '{name}']{missing}{context}")
        return self.tag(f"include '{name}'{missing}{context}")

    def imports(self, depth: int) -> str:
        context = self.random.choice(("", "", " with context", " without context"))
        if self.chance(0.5):
            return self.tag(f"import 'lib.html' as lib{context}")
        names = self.random.choice((
            "cell",
            "cell, with_caller",
            "cell as m1",
            "unknown",
            "with_caller as _wc",
        ))
        return self.tag(f"from 'lib.html' import {names}{context}")

    def namespace(self, depth: int) -> str:
        if self.chance(0.5):
            return self.tag("set ns = namespace(kept=1, title='<t>')")
        return self.tag(f"set ns.kept = {self.expression(1)}")

    def trans(self, depth: int) -> str:
        form = self.random.randrange(4)
        if form == 0:
            return self.tag("trans") + "Hello <b>" + self.tag("endtrans")
        if form == 1:
            given = f"x={self.expression(1)}"
            return self.tag(f"trans {given}") + "{{ x }} 100%" + self.tag("endtrans")
        if form == 2:
            return self.tag("trans") + "Hi {{ a }} {{ v }}" + self.tag("endtrans")
        return (
            self.tag("trans count=c, a=a") + "{{ count }} one {{ a }}"
            + self.tag("pluralize") + "{{ count }} many" + self.tag("endtrans")
        )  # fmt: skip

    def do(self, depth: int) -> str:
        return self.tag(f"do {self.expression()}")

    def controls(self, depth: int) -> str:
        word = self.random.choice(("break", "continue"))
        return (
            self.tag("for v in rows") + self.body(depth)
            + self.tag(f"if {self.expression(1)}") + self.tag(word) + self.tag("endif")
            + self.tag("endfor")
        )  # fmt: skip

    def block(self, depth: int) -> str:
        self.blocks += 1
        word = self.random.choice(("", "", " scoped"))
        name = f"extra{self.blocks}"
        above = "{{ super() }}" if self.chance(0.2) else ""
        return (
            self.tag(f"block {name}{word}")
            + self.body(depth)
            + above
            + self.tag("endblock")
        )

    def raw(self, depth: int) -> str:
        return "{% raw %}{{ raw }}{% endraw %}{# a\ncomment #}{% debug %}"[
            : None if self.chance(0.1) else -11
        ]


def draw_templates(random: Random) -> dict[str, str]:
    """Return templates by name; `main.html` is rendered."""
    library = Draw(random, [], inherits=False)
    part = Draw(random, ["part2.html"], inherits=False)
    base = Draw(random, ["part.html"], inherits=False)
    main = Draw(random, ["part.html", "base.html"], inherits=True)
    templates = {
        "lib.html": (
            "{% macro cell(text, kind='') %}<td>{{ text }}{{ kind }}{{ request }}"
            "{% endmacro %}{% macro with_caller(x) %}[{{ caller(x) }}]{% endmacro %}"
            + library.body(1)
        ),
        "part.txt": part.body(1),
        "part2.html": part.body(1),
        "part.html": part.body(2),
        "base.html": (
            f"{base.body(1)}{{% block head %}}{base.body(1)}{{% endblock %}}"
            f"<hr>{{% block body %}}{base.body(2)}{{% endblock %}}{base.body(1)}"
        ),
    }
    if random.random() < 0.5:
        above = "{{ super() }}" if random.random() < 0.6 else ""
        begin = random.choice((
            "",
            "",
            "{% from 'lib.html' import cell %}",
            "{% set a = '<s>' %}",
            "text",
        ))
        extends = "{% extends 'base.html' %}"
        if random.random() < 0.2:
            extends = "{% if t %}{% extends 'base.html' %}{% endif %}"
        templates["main.html"] = (
            f"{extends}{begin}{main.set(0)}{{% block body %}}{main.body(3)}{above}"
            "{% endblock %}" + (main.macro(1) if random.random() < 0.3 else "")
        )
    else:
        templates["main.html"] = main.body(4)
    return templates
