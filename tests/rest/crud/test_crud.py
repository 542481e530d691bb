"""Operations for the rows of a model: all actions, and only what was declared."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from carboy.rest import Api, http_bearer
from carboy.rest.crud import CrudError
from carboy.rest.describe import describe_apis
from tests.rest.crud.shop import Author, Book, BookIn, BookOut, book_tags, db, make_shop


def add(client, **values):
    answer = client.post("/api/books", json={"title": "Emma", **values})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_row_lives_from_post_to_delete(client):
    made = add(client, pages=300, price="9.90", author_id=1, tags=[2, 1])

    assert made["author"] == {"id": 1, "name": "Author 0"}
    assert [tag["id"] for tag in made["tags"]] == [1, 2]
    address = f"/api/books/{made['id']}"
    assert client.get(address).json == made
    put = client.put(address, json={"title": "Persuasion"})
    assert (put.json["title"], put.json["pages"], put.json["tags"]) == (
        "Persuasion",
        None,
        [],
    )
    patch = client.patch(address, json={"pages": 5})
    assert (patch.json["title"], patch.json["pages"]) == ("Persuasion", 5)
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address).status_code == 404


@pytest.mark.parametrize(
    "extra",
    [
        "id",
        "owner",
        "is_admin",
        "created_at",
        "password_hash",
        "author",
        "_sa_instance_state",
    ],
)
@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_a_field_that_is_not_declared_changes_nothing(client, app, method, extra):
    book = add(client)
    address = "/api/books" if method == "post" else f"/api/books/{book['id']}"

    answer = client.open(address, method=method, json={"title": "x", extra: "admin"})

    assert answer.status_code == 422
    with app.app_context():
        assert [(row.title, row.owner) for row in db.session.query(Book)] == [
            ("Emma", "nobody")
        ]


def test_a_list_is_filtered_sorted_and_paged(client):
    for number, title in enumerate(["b%", "a", "c", "A_"]):
        add(client, title=title, pages=number + 1)

    def titles(query):
        answer = client.get(f"/api/books?{query}")
        assert answer.status_code == 200, answer.text
        return [book["title"] for book in answer.json["items"]]

    assert titles("pages__ge=2&pages__lt=4&sort=-title") == ["c", "a"]
    assert titles("pages__in=1&pages__in=3&sort=pages") == ["b%", "c"]
    assert titles("title__contains=%25") == ["b%"]
    assert titles("title__contains=a&sort=pages") == ["a", "A_"]
    assert titles("pages__null=true") == []
    assert titles("sort=-pages&per_page=2&page=2") == ["a", "b%"]
    page = client.get("/api/books?per_page=3").json
    assert (page["total"], page["pages"]) == (4, 2)


@pytest.mark.parametrize(
    "query",
    [
        "sort=owner",
        "sort=title;drop",
        "pages=x",
        "pages__ge=99999999999999999999",
        "page=0",
        "per_page=1000",
    ],
)
def test_what_may_not_be_asked_for_is_refused(client, query):
    assert client.get(f"/api/books?{query}").status_code == 422


def test_keys_lead_through_all_rows_once(client, app):
    with app.app_context():
        total = len(db.session.query(Author).all())
    for path, count in (
        ("/api/authors?per_page=2", total),
        ("/api/tags?per_page=3&sort=-name", 10),
    ):
        seen, key = [], ""
        while key is not None:
            page = client.get(f"{path}&after={key}" if key else path).json
            seen += [row["id"] for row in page["items"]]
            key = page["next"]
        assert len(seen) == len(set(seen)) == count
    for wrong in ("x", "e30", "WyJhIl0"):
        assert client.get(f"/api/tags?after={wrong}").status_code == 404


@pytest.mark.parametrize("sort", ["pages", "-pages", "pages&sort=-title"])
def test_keys_lead_through_rows_without_a_value(url, tmp_path, sort):
    app = make_shop(url, tmp_path, paging="key")
    client = app.test_client()
    for number in range(7):
        add(client, pages=number % 3 or None)

    seen, key = [], ""
    while key is not None:
        page = client.get(
            f"/api/books?per_page=2&sort={sort}&after={key}"
            if key
            else f"/api/books?per_page=2&sort={sort}"
        ).json
        seen += [row["id"] for row in page["items"]]
        key = page["next"]

    assert sorted(seen) == [1, 2, 3, 4, 5, 6, 7]


def test_a_change_is_not_made_if_its_response_could_not_be_written(client):
    add(client)
    html = {"Accept": "text/html"}

    assert (
        client.post("/api/books", json={"title": "x"}, headers=html).status_code == 406
    )
    answer = client.patch("/api/books/1", json={"title": "x"}, headers=html)
    assert answer.status_code == 406
    # Only reading selects fields.
    answer = client.patch("/api/books/1?fields=,,", json={"title": "y"})
    assert (answer.status_code, answer.json["title"]) == (200, "y")
    assert client.get("/api/books").json["total"] == 1


def test_no_number_of_values_is_a_fault(client):
    keys = list(range(40_000))
    answer = client.post("/api/books", json={"title": "x", "tags": keys})
    assert answer.json["errors"][0]["path"] == "/tags"

    many = "&".join(["sort=title", "sort=-pages"] * 1500)
    answer = client.get(f"/api/books?{many}")
    assert answer.json["errors"][0]["code"] == "too_long"
    many = "&".join(["pages__in=1"] * 501)
    assert client.get(f"/api/books?{many}").status_code == 422
    twice = client.get("/api/books?sort=title&sort=-title")
    assert twice.status_code == 200


def test_relations_are_loaded_with_the_page(client, app, count_queries):
    for number in range(20):
        add(client, author_id=number % 3 + 1, tags=[number % 10 + 1])

    with count_queries(app) as few:
        client.get("/api/books?per_page=2")
    with count_queries(app) as many:
        assert len(client.get("/api/books?per_page=20").json["items"]) == 20

    assert len(many) == len(few) <= 4


def test_several_rows_are_added_together_or_not_at_all(client, app, count_queries):
    rows = [{"title": f"t{number}", "tags": [1]} for number in range(30)]

    with count_queries(app) as queries:
        answer = client.post("/api/books/bulk", json=rows)
    refused = client.post("/api/books/bulk", json=[*rows, {"title": "x", "tags": [99]}])
    conflict = client.post(
        "/api/books/bulk", json=[*rows, {"title": "x", "author_id": 77}]
    )

    assert [row["title"] for row in answer.json] == [row["title"] for row in rows]
    assert len(queries) < 70
    assert refused.json["errors"][0]["path"] == "/30/tags"
    assert conflict.status_code == 409
    assert client.get("/api/books").json["total"] == 30


def test_a_value_that_is_taken_is_409_and_the_session_goes_on(client):
    assert client.post("/api/authors", json={"name": "Author 1"}).status_code == 409
    assert client.post("/api/authors", json={"name": "New"}).status_code == 201


@pytest.mark.parametrize(
    "values",
    [
        {"pages": 2**31},
        {"pages": 2**70},
        {"author_id": 2**40},
        {"title": "a\x00b"},
        {"price": "1e400"},
        {"price": "NaN"},
        {"tags": [2**70]},
        {"tags": ["x"]},
    ],
)
def test_a_value_that_no_database_holds_is_never_a_fault(client, values):
    answer = client.post("/api/books", json={"title": "x", **values})

    assert answer.status_code in {201, 409, 422}
    assert client.get("/api/books").status_code == 200


@pytest.mark.parametrize("key", [2**31, 2**63, 2**200, -1, 0])
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_key_that_no_row_has_is_404(client, key, method):
    body = {} if method in {"get", "delete"} else {"json": {"title": "x"}}

    assert client.open(f"/api/books/{key}", method=method, **body).status_code == 404


def test_a_rule_of_the_class_holds_for_a_change_of_a_part(client):
    book = add(client, price="5")

    answer = client.patch(f"/api/books/{book['id']}", json={"title": "Free"})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["message"] == "What is free has no price."
    assert client.get(f"/api/books/{book['id']}").json["title"] == "Emma"


def test_only_the_actions_that_were_chosen_are_there(sqlite_shop):
    client = sqlite_shop(actions=("list", "create"), bulk=False).test_client()

    assert client.get("/api/books").status_code == 200
    assert client.get("/api/books/1").status_code in {404, 405}
    assert client.delete("/api/books/1").status_code in {404, 405}
    assert client.post("/api/tags", json={}).status_code == 405


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"read": BookOut, "actions": ("create",)}, "nothing says which fields"),
        ({"read": BookOut, "actions": ("fly",)}, "no action 'fly'"),
        ({"read": ("id", "nothing")}, "no column 'nothing'"),
        ({"read": BookOut, "sort": ("nothing",)}, "to sort by"),
        ({"read": BookOut, "filters": ("nothing",)}, "to filter by"),
        ({"read": BookOut, "filters": {"title": ("like",)}}, "no filter 'like'"),
        ({"read": BookOut, "paging": "sometimes"}, "paging must be"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(options, words):
    with pytest.raises(CrudError, match=words):
        Api().crud("/books", Book, **options)


def test_a_key_of_several_columns_is_refused():
    class Pair(db.Model):
        """Has a key of two columns."""

        __table__ = book_tags

    with pytest.raises(CrudError, match="several columns"):
        Api(Flask(__name__)).crud("/pairs", Pair, read=("book_id",))


def test_the_document_names_everything(app):
    document = describe_apis(app)

    books = document["paths"]["/api/books"]["get"]
    names = [each["name"] for each in books["parameters"]]
    assert names == [
        "page",
        "per_page",
        "title",
        "title__contains",
        "pages",
        "pages__ge",
        "pages__lt",
        "pages__in",
        "pages__null",
        "sort",
    ]
    assert BookIn.__name__ in document["components"]["schemas"]


def test_threads_with_one_key_add_one_row(app):
    headers = {"Idempotency-Key": "k"}
    barrier = threading.Barrier(20)

    def create(_number):
        client = app.test_client()
        barrier.wait(30)
        answer = client.post("/api/books", json={"title": "Emma"}, headers=headers)
        while answer.status_code == 409:
            answer = client.post("/api/books", json={"title": "Emma"}, headers=headers)
        return answer.status_code, answer.data, answer.headers.get("ETag")

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(create, range(20)))

    assert len(answers) == 1, answers
    assert next(iter(answers))[0] == 201
    assert app.test_client().get("/api/books").json["total"] == 1


def test_a_check_that_reads_the_database_does_not_hinder_the_store(url, tmp_path):
    def accepts(_scopes):
        return db.session.scalars(sa.select(Author)).first() is not None

    options = {"security": [http_bearer(accepts)], "limit": "100/minute"}
    client = make_shop(url, tmp_path, options=options).test_client()
    headers = {"Idempotency-Key": "k"}

    answers = [
        client.post("/api/books", json={"title": "Emma"}, headers=headers)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert "RateLimit" in answers[1].headers
