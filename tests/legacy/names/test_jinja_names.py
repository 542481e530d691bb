"""If this passes, old names of Jinja are what they are called today."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_filters_and_extensions(run_old):
    run_old(
        "from flask import Flask\n"
        "from jinja2 import Markup, escape, contextfilter, evalcontextfilter\n"
        "from jinja2.utils import Markup as M\n"
        "app = Flask(__name__)\n"
        "app.jinja_env.add_extension('jinja2.ext.with_')\n"
        "app.jinja_env.add_extension('jinja2.ext.autoescape')\n"
        "@app.template_filter()\n"
        "@contextfilter\n"
        "def named(context, value): return '%s %s' % (context['a'], value)\n"
        "with app.app_context():\n"
        "    from flask import render_template_string as render\n"
        "    assert render('{% with b = 2 %}{{ b|named }}{% endwith %}', a=1) == '1 2'\n"
        "assert M('<') + '<' == Markup('<&lt;') and escape('<') == '&lt;'\n"
    )
