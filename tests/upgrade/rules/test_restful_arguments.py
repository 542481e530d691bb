"""If this passes, parsers without locations read forms; others stay as they are."""

from carboy.upgrade.rules.restful_arguments import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from flask_restful.reqparse import RequestParser\n\n"
        "p = RequestParser(bundle_errors=True)\np.add_argument('a')\n",
        "from flask_restful.reqparse import RequestParser\n"
        "from flask_restful import reqparse\n\n\n"
        + RULE.examples[0][1].split("\n\n\n")[1]
        + "\n\n\np = RequestParser(bundle_errors=True, argument_class=JSONOrValues)\n"
        "p.add_argument('a')\n",
    ),
]
UNCHANGED = [
    "from flask_restful import reqparse\n\np = reqparse.RequestParser()\n"
    "p.add_argument('a', location='form')\n",
    "from flask_restx import reqparse\n\np = reqparse.RequestParser()\np.add_argument('a')\n",
    "import argparse\n\np = argparse.ArgumentParser()\np.add_argument('a')\n",
    "from flask_restful import reqparse\n\np = reqparse.RequestParser(argument_class=Mine)\n"
    "p.add_argument('a')\n",
    "from .parsers import RequestParser\n\np = RequestParser()\np.add_argument('a')\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
