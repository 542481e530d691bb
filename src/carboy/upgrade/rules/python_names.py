"""Use the names that the standard library has today."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="python-names",
    title="Use the names that the standard library has today",
    why=(
        "Python 3.4 to 3.14 removed functions and modules that had newer "
        "names for years."
    ),
    package="python",
    since="3.12",
    words=(
        "clock",
        "fractions",
        "SafeConfigParser",
        "cElementTree",
        "encodestring",
        "decodestring",
        "pipes",
        "currentThread",
        "string.letters",
        "string.lowercase",
        "string.uppercase",
        "getcwdu",
        "activeCount",
        "errno",
        "find_executable",
        "getargspec",
    ),
    check=moved_names(
        {
            "time.clock": "time.perf_counter",
            "fractions.gcd": "math.gcd",
            "configparser.SafeConfigParser": "configparser.ConfigParser",
            "base64.encodestring": "base64.encodebytes",
            "base64.decodestring": "base64.decodebytes",
            "pipes.quote": "shlex.quote",
            "threading.currentThread": "threading.current_thread",
            "threading.activeCount": "threading.active_count",
            "string.letters": "string.ascii_letters",
            "string.lowercase": "string.ascii_lowercase",
            "string.uppercase": "string.ascii_uppercase",
            "os.getcwdu": "os.getcwd",
            "os.errno": "errno",
            "distutils.spawn.find_executable": "shutil.which",
            "inspect.getargspec": "inspect.getfullargspec",
        },
        {
            "xml.etree.cElementTree": "xml.etree.ElementTree",
        },
    ),
    examples=(
        (
            "import time\n\nstart = time.clock()\n",
            "import time\n\nstart = time.perf_counter()\n",
        ),
    ),
)
