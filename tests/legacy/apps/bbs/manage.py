# -*- coding:utf-8 -*-
from flask_script import Manager, Server
from flask_migrate import Migrate, MigrateCommand
from bbs import create_app
from exts import db
from bbs import models

app = create_app()
manager = Manager(app)
Migrate(app, db)
manager.add_command('db', MigrateCommand)
manager.add_command('runserver', Server(host='127.0.0.1', port=9000))

CMSUser = models.CMSUser


@manager.option('-u', '--username', dest='username')
@manager.option('-p', '--password', dest='password')
@manager.option('-e', '--email', dest='email')
def create_cms_user(username, password, email):
    user = CMSUser(username=username, password=password, email=email)
    db.session.add(user)
    db.session.commit()
    print('cms用户添加成功！')


@manager.command
def create_tables():
    db.create_all()
    print('ok')


if __name__ == '__main__':
    manager.run()
