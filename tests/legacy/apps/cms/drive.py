# encoding: utf-8
import sys
from site_cms import app, manager

sys.argv = ['site_cms.py', 'create_cms_user', '-u', 'boss', '-p', 'secret']
try:
    manager.run()
except SystemExit as e:
    assert not e.code
c = app.test_client()
cms, www = 'http://cms.jd.com:5000', 'http://jd.com:5000'
assert c.get('/', base_url=cms).location.endswith('/login/')
assert u'密码长度不够' in c.post('/login/', base_url=cms, data=dict(username='boss', password='x')).data.decode('utf-8')
assert u'用户名或密码错误' in c.post('/login/', base_url=cms, data=dict(username='boss', password='wrong')).data.decode('utf-8')
assert c.post('/login/', base_url=cms, data=dict(username='boss', password='secret')).status_code == 302
for n, name in enumerate(['low', 'high']):
    rv = c.post('/abanner/', base_url=cms, data=dict(name=name, priority=n))
    assert rv.get_json()['data']['count'] == n + 1, rv.data
assert c.post('/abanner/', base_url=cms, data=dict(name='')).get_json()['code'] == 400
assert c.get('/', base_url=cms).data == b'boss: high low', c.get('/', base_url=cms).data
assert c.get('/missing/', base_url=cms).data == b'cms 404'
assert c.get('/', base_url=www).data == b'high low'
assert c.get('/', base_url='http://bob.jd.com:5000').data == b'the site of bob'
print('driven')
