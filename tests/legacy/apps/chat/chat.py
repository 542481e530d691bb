"""A chat that polls, with votes and a stream, of 2013."""
import time
from collections import Mapping, OrderedDict
from flask import Flask, request, session, jsonify, Response, render_template_string, json, redirect, url_for, _app_ctx_stack
from flask.ext.wtf import Form
from wtforms import TextField, RadioField
from wtforms.validators import Required
from werkzeug.contrib.cache import SimpleCache
from werkzeug.urls import url_quote
from itsdangerous import json as itsjson

app = Flask(__name__)
app.secret_key = 'chat'
app.config['JSON_SORT_KEYS'] = False
app.session_cookie_name = 'chat'
cache = SimpleCache()
COLORS = OrderedDict([('red', 0), ('green', 0)])


class PollForm(Form):
    color = RadioField('color', choices=[(k, k.title()) for k in COLORS], validators=[Required()])


def get_messages():
    top = _app_ctx_stack.top
    if not hasattr(top, 'messages'):
        top.messages = cache.get('messages') or []
    return top.messages


@app.route('/', methods=['GET', 'POST'])
def index():
    if request.method == 'POST':
        session['user'] = request.form['user']
        return redirect(request.args.get('next') or url_for('index'))
    return render_template_string('{% autoescape true %}Hi {{ session.user }}{% endautoescape %}')


@app.route('/say', methods=['POST'])
def say():
    if not request.is_xhr:
        return 'only by script', 400
    messages = get_messages() + [dict(user=session['user'], text=request.form['text'], id=len(get_messages()) + 1)]
    cache.set('messages', messages, timeout=60)
    return jsonify(messages[-1])


@app.route('/poll/<int:since>')
def poll(since):
    return jsonify(messages=[m for m in get_messages() if m['id'] > since])


@app.route('/stream')
def stream():
    def events(messages):
        for message in messages:
            yield 'data: %s\n\n' % json.dumps(message)
    return Response(events(get_messages()), mimetype='text/event-stream')


@app.route('/vote', methods=['POST'])
def vote():
    form = PollForm(csrf_enabled=False)
    if form.validate_on_submit():
        COLORS[form.color.data] += 1
        return jsonify(COLORS)
    return jsonify(errors=form.errors), 400


if __name__ == '__main__':
    app.run(host='0.0.0.0', debug=True, threaded=True)
