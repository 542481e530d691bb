"""If this passes, names for Python 2 and 3 are those of Python 3."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.mark.parametrize(
    "module", ["flask._compat", "werkzeug._compat", "wtforms.compat"]
)
def test_names_are_there(run_old, module):
    names = run_old(
        f"from {module} import text_type, string_types, iteritems, with_metaclass, PY2\n"
        f"from {module} import to_bytes, to_unicode, urljoin, StringIO\n"
        "class Meta(type): mark = 1\n"
        "class A(with_metaclass(Meta, dict)): pass\n"
        "found = [text_type, PY2, list(iteritems({'a': 1})), type(A).mark,\n"
        "         to_bytes('a'), to_unicode(b'a'), to_bytes(None)]\n"
    )

    assert names["found"] == [str, False, [("a", 1)], 1, b"a", "a", None]
