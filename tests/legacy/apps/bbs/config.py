import os
DEBUG = False
SECRET_KEY = os.urandom(24)
SQLALCHEMY_DATABASE_URI = 'sqlite:///%s/bbs.db' % os.getcwd()
SQLALCHEMY_TRACK_MODIFICATIONS = False
SQLALCHEMY_POOL_SIZE = 10
SQLALCHEMY_MAX_OVERFLOW = 5
SESSION_TYPE = 'filesystem'
SESSION_FILE_DIR = os.path.join(os.getcwd(), 'sessions')
CACHE_TYPE = 'simple'
CMS_USER_ID = 'cms_user_id'
PER_PAGE = 2
