#!/usr/bin/env python
from flask.ext.script import Manager, Server, Shell, prompt_bool
from flask.ext.migrate import Migrate, MigrateCommand

from polls import Choice, Poll, User, app, db

manager = Manager(app)
migrate = Migrate(app, db)


def _context():
    return dict(app=app, db=db, Poll=Poll, Choice=Choice, User=User)


@manager.command
def adduser(name, password='secret'):
    """Add a user."""
    db.create_all()
    db.session.add(User(name, password))
    db.session.commit()
    print('added %s' % name)


@manager.option('-n', '--limit', dest='limit', default=3)
def latest(limit):
    "Prints the latest polls"
    db.create_all()
    for poll in Poll.query.limit(int(limit)):
        print(poll.question)
    print('done')


@manager.command
def dropdb():
    if prompt_bool('Are you sure'):
        db.drop_all()


manager.add_command('shell', Shell(make_context=_context))
manager.add_command('runserver', Server(host='0.0.0.0', port=5000))
manager.add_command('db', MigrateCommand)

if __name__ == '__main__':
    manager.run()
