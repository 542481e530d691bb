"""If this passes, the rule `werkzeug-names` edits old names, and nothing else."""

from carboy.upgrade.rules.werkzeug_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "from werkzeug import generate_password_hash, "
            "check_password_hash, secure_filename\n"
        ),
        (
            "from werkzeug.security import check_password_hash, "
            "generate_password_hash\n"
            "from werkzeug.utils import secure_filename\n"
        ),
    ),
    (
        'import werkzeug\n\nwerkzeug.secure_filename("x")\n',
        (
            "import werkzeug\n"
            "from werkzeug.utils import secure_filename\n"
            "\n"
            'secure_filename("x")\n'
        ),
    ),
    (
        "from werkzeug.wrappers import BaseResponse\n\nisinstance(x, BaseResponse)\n",
        "from werkzeug.wrappers import Response\n\nisinstance(x, Response)\n",
    ),
    (
        "from werkzeug.wsgi import DispatcherMiddleware\n",
        "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n",
    ),
]
UNCHANGED = [
    "from werkzeug import Request, Response, run_simple\n",
    "from werkzeug.utils import secure_filename\n",
    (
        "try:\n"
        "    from werkzeug import secure_filename\n"
        "except ImportError:\n"
        "    secure_filename = None\n"
    ),
    "# from werkzeug import secure_filename\ntext = 'werkzeug.secure_filename'\n",
    "from werkzeug import secure_filename  # carboy: keep\n",
    "class secure_filename:\n    pass\n\n\nsecure_filename()\n",
    "def use(secure_filename):\n    return secure_filename.secure_filename\n",
    "from .werkzeug import secure_filename\n",
    "import other as werkzeug\n\nwerkzeug.secure_filename\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
