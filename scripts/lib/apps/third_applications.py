"""Applications that were added last: a reader of Git, a music server, an admin."""

from .catalogue import NO_TESTS, Application, Suite, form, get

KLAUS = Application(
    "klaus",
    packages=("klaus==3.0.1",),
    target="klaus_site:app",
    prepare=(("python", "-c", "import klaus_site"),),
    sdist="klaus==3.0.1",
    suite=Suite(
        ".",
        ("tests/test_utils.py",),
        note="The others need a folder of repositories that is not in it.",
    ),
    steps=(
        get("/shop/"),
        get("/shop/tree/master/docs"),
        get("/shop/blob/master/README.md"),
        get("/shop/raw/master/picture.bin"),
        get("/shop/blame/master/shop.py"),
        get("/shop.git/info/refs?service=git-upload-pack"),
    ),
    paths=("/", "/shop/", "/shop/tree/master/"),
    avoid="tarball",
    note="Without archives, which hold the moment of the request.",
)
SUPYSONIC = Application(
    "Supysonic",
    packages=("supysonic==0.7.9",),
    target="supysonic_site:app",
    prepare=(("python", "-c", "import supysonic_site"),),
    steps=(
        get("/user/login"),
        form("/user/login", "user=ann&password=wrong"),
        form("/user/login", "user=ann&password=secret"),
        get("/"),
        form("/user/add", "user=bob&passwd=pass&passwd_confirm=pass&mail="),
        form("/user/add", "user=bob&passwd=one&passwd_confirm=two&mail="),
        form("/folder/add", "name=Music&path=%2Fnowhere"),
        form("/user/me/changepass", "current=secret&new=a&confirm=b"),
        get("/rest/ping.view?u=ann&p=secret&c=proof&f=json"),
        get("/rest/getUser.view?u=ann&p=secret&c=proof&username=ann"),
        get("/rest/getIndexes.view?u=ann&p=wrong&c=proof&f=jsonp&callback=show"),
        form("/rest/createPlaylist.view", "u=ann&p=secret&c=proof&name=caf%C3%A9"),
    ),
    paths=("/", "/user", "/folder", "/playlist"),
    avoid="logout|/del|scan",
    note=NO_TESTS,
)
ADMIN = Application(
    "Flask-Admin",
    packages=("flask-admin[sqlalchemy-with-utils]==2.2.1", "flask-sqlalchemy"),
    target="admin_site:app",
    prepare=(("python", "-c", "import admin_site"),),
    steps=(
        get("/admin/"),
        get("/admin/author/new/"),
        form("/admin/author/new/", "name=caf%C3%A9"),
        form("/admin/author/new/", "name=Ann"),
        form("/admin/author/new/", "name="),
        get("/admin/author/?search=a"),
        form("/admin/author/ajax/update/", "list_form_pk=1&name=Anna"),
        form("/admin/post/edit/?id=1", "title=changed&is_public=y&author=2"),
        get("/admin/post/?flt0_0=Post&sort=1&desc=1&page=1"),
        get("/admin/author/export/csv/"),
        form("/admin/fileadmin/mkdir/", "name=folder"),
    ),
    paths=("/admin/", "/admin/author/", "/admin/post/", "/admin/fileadmin/"),
    avoid="delete",
    note="Its own tests were not run.",
)

THIRD_APPLICATIONS = (KLAUS, SUPYSONIC, ADMIN)
