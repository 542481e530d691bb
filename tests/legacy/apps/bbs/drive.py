# -*- coding:utf-8 -*-
import re
from manage import app, manager
from exts import db

# without a context: there is one app
db.create_all()
assert not manager.handle('manage.py', ['create_cms_user', '-u', 'admin', '-p', 'hello11', '-e', 'a@qq.com'])
c = app.test_client()


def token():
    return re.search('name="csrf_token" value="([^"]+)"', c.get('/cms/login/').get_data(as_text=True)).group(1)


assert c.get('/cms/').status_code == 302
rv = c.post('/cms/login/', data={'email': 'a@qq.com', 'password': 'hello11'}, headers={'Origin': 'http://evil.example', 'Sec-Fetch-Site': 'cross-site'})
assert rv.status_code in (400, 403), rv.status
t = token()
assert u'请输入正确的邮箱格式' in c.post('/cms/login/', data={'email': 'a', 'password': 'hello11', 'csrf_token': t}).get_data(as_text=True)
assert u'邮箱或密码错误' in c.post('/cms/login/', data={'email': 'a@qq.com', 'password': 'hello12', 'csrf_token': t}).get_data(as_text=True)
rv = c.post('/cms/login/', data={'email': 'a@qq.com', 'password': 'hello11', 'remember': '1', 'csrf_token': t})
assert rv.status_code == 302, rv.get_data(as_text=True)
assert 'CMS admin' in c.get('/cms/').get_data(as_text=True)
headers = {'X-CSRFToken': token()}
assert c.post('/cms/apost/', headers=headers).get_json()['code'] == 400
for n in range(3):
    rv = c.post('/cms/apost/', json={'title': 'post %d' % n}, headers=headers)
    assert rv.get_json()['code'] == 200, rv.data
text = c.get('/?page=1').get_data(as_text=True)
assert 'post 2' in text and 'post 1' in text and 'post 0' not in text and u'页 1 / 2' in text, text
assert c.get('/?page=9').status_code == 200
assert c.get('/count/').data == c.get('/count/').data == b'3'
assert c.get('/session/').get_json() == {'calls': ['first', 'count']}
assert u'没有这个页面' in c.get('/nope').get_data(as_text=True)
c.get('/cms/logout/')
assert c.get('/cms/').status_code == 302
print('driven')
