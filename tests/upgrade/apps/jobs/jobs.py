import asyncio
import base64
import cgi
import collections
import inspect
import time
from distutils.util import strtobool
from distutils.version import LooseVersion
from fractions import gcd

from celery import Celery
from celery.task import task, Task
from celery.utils.log import get_task_logger
from flask import Flask, request, jsonify, Markup
from flask.ext.script import Manager
from werkzeug import url_quote_plus, MultiDict

logger = get_task_logger(__name__)
app = Flask(__name__, static_path='/s')
app.config.update(JSON_SORT_KEYS=False, DEBUG=strtobool('no'))
celery = Celery('jobs')
celery.config_from_object('celeryconfig')
celery.conf.CELERYD_CONCURRENCY = 2
celery.conf.update(CELERY_IGNORE_RESULT=False, CELERYD_PREFETCH_MULTIPLIER=1)
manager = Manager(app)


class Base(Task):
    abstract = True

    def on_success(self, value, task_id, args, kwargs):
        done.append(value)


done = []
ready = []


@celery.task(base=Base)
def add(a, b):
    return a + b


@task
def clean():
    return 'clean'


@asyncio.coroutine
def wait():
    yield from asyncio.sleep(0)
    return 'waited'


@app.before_first_request
def prepare():
    ready.append(time.clock())


@app.route('/add', methods=['POST'])
def start():
    data = request.json or request.form
    if not isinstance(data, collections.Mapping):
        return 'no', 400
    value = add.delay(int(data['a']), int(data['b'])).get()
    return jsonify(value=value, gcd=gcd(value, 6), ready=len(ready))


@app.route('/text')
def text():
    args = MultiDict(request.args)
    code = base64.encodestring(b'x').strip().decode()
    names = inspect.getargspec(wait).args
    return Markup('<i>%s</i>') % cgi.escape('"<"') + url_quote_plus(args.get('q', 'a b')) + code + str(names)


@manager.command
def version(least='1.0'):
    """Compare versions."""
    print(LooseVersion('1.10') > LooseVersion(least))


@manager.option('-n', '--number', dest='number', type=int, default=1)
def double(number):
    print(number * 2)


if __name__ == '__main__':
    manager.run()
