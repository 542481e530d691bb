"""If this passes, queries read text as SQLAlchemy 1 did."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

SITE = """
from sqlalchemy import *
from sqlalchemy.orm import *
engine = create_engine('sqlite://')
Base = declarative_base(engine)
class User(Base):
    __tablename__ = 'user'
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
class Post(Base):
    __tablename__ = 'post'
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey('user.id'))
    author = relationship('User', backref='posts')
Base.metadata.create_all()
session = sessionmaker(engine)()
session.add_all([Post(author=User(name=n)) for n in 'cab'])
session.commit()
def names(query):
    return ''.join(u.name for u in query)
"""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("session.query(User).order_by('-name')", "cba"),
        ("session.query(User).order_by('name desc')", "cba"),
        ("session.query(User).order_by('lower(name)')", "abc"),
        ("session.query(User).filter(\"name > 'a'\").order_by('name')", "bc"),
        ("session.query(User).filter(User.name == 'a')", "a"),
        ("session.query(User).join('posts').filter(Post.id == 2)", "a"),
        ("session.query(User).join('posts', 'author').filter(Post.id == 2)", None),
        (
            "[p.author for p in session.query(Post).join('author').filter(User.name == 'c')]",
            "c",
        ),
    ],
)
def test_text_is_read(run_old, query, names):
    if names is None:
        # The same table twice, which SQLAlchemy 1 refused as well.
        with pytest.raises(Exception, match=r"alias|ambiguous|unique"):
            run_old(f"{SITE}\nnames({query})")
        return

    assert run_old(f"{SITE}\nfound = names({query})")["found"] == names
