"""Programs of random old habits, to upgrade."""

from random import Random

from carboy.upgrade import list_rules

_FILLERS = (
    "x = 1  # ünchanged  \n",
    "def f{n}(a, *, b=2):\n\treturn [a for a in (b,)]\n",
    'text{n} = """from flask import Markup\n  é"""\n',
    "class C{n}:\n    y: int = 3; z = 4\n",
    "if True:\n    pass\nelse:\n    pass\n",
    "value{n} = f'{{1 + 1}} {{x!r:>10}}'\n",
    "# from werkzeug import secure_filename\n",
    "@property\ndef g{n}(self): return (\n    1,\n)\n",
)


def make_program(seed: int) -> bytes:
    """Return a program: some examples of rules, and code that has nothing of them."""
    random = Random(seed)
    examples = [
        before
        for rule in list_rules()
        if rule.kind == "python"
        for before, _ in rule.examples
    ]
    parts = random.sample(examples, random.randint(1, 5))
    parts += [random.choice(_FILLERS).format(n=n) for n in range(random.randint(2, 9))]
    random.shuffle(parts)
    text = "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)
    if random.random() < 0.2:
        text = text.replace("\n", "\r\n")
    if random.random() < 0.1:
        text = text.rstrip("\r\n")
    mark = b"\xef\xbb\xbf" if random.random() < 0.1 else b""
    return mark + text.encode()
