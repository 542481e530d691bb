# -*- coding: utf-8 -*-
"""Create an application instance."""
from flask_migrate import Migrate, MigrateCommand
from flask_script import Manager, Shell, Server, prompt_bool

from members.app import create_app
from members.extensions import db
from members.settings import DevConfig
from members.user import User

app = create_app(DevConfig)
manager = Manager(app)
migrate = Migrate(app, db)


def _make_context():
    return {'app': app, 'db': db, 'User': User}


@manager.command
def urls(order='rule'):
    """Display all of the url matching routes."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: getattr(rule, order)):
        print(rule.rule)


@manager.command
def drop():
    if prompt_bool('Sure?'):
        db.drop_all()


manager.add_command('server', Server())
manager.add_command('shell', Shell(make_context=_make_context))
manager.add_command('db', MigrateCommand)

if __name__ == '__main__':
    manager.run()
