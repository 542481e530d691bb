#!/usr/bin/env python
import os
import sys
import unittest

from flask.ext.script import Command, Manager, Option, Shell

from shop import create_app
from shop.extensions import db
from shop.models import Product

manager = Manager(create_app)


class Seed(Command):
    """Put products into the database."""

    option_list = (
        Option('--count', '-n', dest='count', type=int, default=2),
    )

    def run(self, count):
        db.create_all()
        for i in range(count):
            db.session.add(Product(title='Product %d ' % i, price=10 * i))
        db.session.commit()
        print('%d products' % Product.query.count())


@manager.command
def test():
    """Runs the unit tests."""
    tests = unittest.TestLoader().discover('tests')
    unittest.TextTestRunner(verbosity=2).run(tests)


def make_shell_context():
    return dict(db=db, Product=Product)


manager.add_command('seed', Seed())
manager.add_command('shell', Shell(make_context=make_shell_context))

if __name__ == '__main__':
    manager.run()
