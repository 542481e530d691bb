"""If this passes, names of Werkzeug's top and its mixins are there."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_a_response_is_made_of_parts(run_old):
    run_old(
        "from werkzeug import (BaseRequest, BaseResponse, secure_filename, MultiDict,\n"
        "    escape, cached_property, FileStorage, run_simple, OrderedMultiDict)\n"
        "from werkzeug.wrappers import AcceptMixin, ETagResponseMixin\n"
        "from werkzeug.wsgi import SharedDataMiddleware, DispatcherMiddleware\n"
        "from werkzeug.utils import escape as e2, unescape\n"
        "class Response(BaseResponse, ETagResponseMixin): pass\n"
        "class Request(BaseRequest, AcceptMixin): pass\n"
        "assert Response('x').get_etag() == (None, None)\n"
        "assert escape(None) == '' and e2('<') == '&lt;' and unescape('&lt;') == '<'\n"
        "assert secure_filename('../../a.txt') == 'a.txt'\n"
    )
