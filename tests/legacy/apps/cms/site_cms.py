# encoding: utf-8
from flask import Flask
from flask_script import Manager
from exts import db
from models import CMSUser
import views
import config

app = Flask(__name__)
app.config.from_object(config)
app.register_blueprint(views.bp)
app.register_blueprint(views.front)
db.init_app(app)
manager = Manager(app)


@manager.option('-u', '--username', dest='username')
@manager.option('-p', '--password', dest='password')
def create_cms_user(username, password):
    db.create_all()
    db.session.add(CMSUser(username=username, password=password))
    db.session.commit()
    print(u'cms用户添加成功！')


if __name__ == '__main__':
    manager.run()
