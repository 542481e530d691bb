"""A site with a toolbar for debugging, signals and a profiler, of 2015."""
import logging
from flask import Flask, render_template, redirect, url_for, request, template_rendered, signals_available, flash
from flask_debugtoolbar import DebugToolbarExtension
from flask_debugtoolbar.panels import DebugPanel
from flask_sqlalchemy import SQLAlchemy, get_debug_queries
from werkzeug.contrib.profiler import ProfilerMiddleware
from werkzeug.contrib.fixers import ProxyFix

app = Flask(__name__)
app.debug = True
app.config.update(
    SECRET_KEY='asd', DEBUG_TB_INTERCEPT_REDIRECTS=False, DEBUG_TB_PROFILER_ENABLED=True,
    DEBUG_TB_PANELS=['flask_debugtoolbar.panels.versions.VersionDebugPanel',
                     'flask_debugtoolbar.panels.timer.TimerDebugPanel', 'toolbar_site.CountPanel'],
    SQLALCHEMY_DATABASE_URI='sqlite://', SQLALCHEMY_RECORD_QUERIES=True, DATABASE_QUERY_TIMEOUT=0.0)
toolbar = DebugToolbarExtension(app)
db = SQLAlchemy(app)
app.wsgi_app = ProxyFix(app.wsgi_app)
rendered = []


class CountPanel(DebugPanel):
    name = 'Count'
    has_content = True

    def nav_title(self):
        return 'Count'

    def process_request(self, request):
        self.seen = 1


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.String(80))


assert signals_available


@template_rendered.connect_via(app)
def when_template_rendered(sender, template, context, **extra):
    rendered.append(template.name)


@app.before_first_request
def setup():
    db.create_all()
    app.logger.addHandler(logging.NullHandler())
    app.logger.setLevel(logging.INFO)


@app.after_request
def after_request(response):
    for query in get_debug_queries():
        app.logger.warning('SLOW QUERY: %s %s %fs', query.statement, query.parameters, query.duration)
    response.headers['X-Queries'] = str(len(get_debug_queries()))
    return response


@app.route('/')
def index():
    app.logger.info('Hello there')
    return render_template('index.html', notes=Note.query.order_by('-id').all())


@app.route('/add', methods=['POST'])
def add():
    db.session.add(Note(text=request.form['text']))
    db.session.commit()
    flash('added')
    return redirect(url_for('index'))


@app.route('/browser')
def browser():
    return '%s on %s' % (request.user_agent.browser, request.user_agent.platform)


if __name__ == '__main__':
    app.run()
