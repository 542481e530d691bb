"""An API in the style of Flask-RESTful and Flask-RESTX, for generated requests."""

from typing import Any

from flask import Flask

from carboy.rest import Api, Resource, abort, fields, inputs, marshal_with


def make_shelf(app: Flask) -> Api:
    """Add resources with models, parsers and fields."""
    api = Api(app, prefix="/shelf", validate=True)
    shelf = api.namespace("pots", description="All pots")
    pot = api.model(
        "Pot",
        {
            "id": fields.Integer(readonly=True),
            "name": fields.String(required=True, min_length=1, max_length=40),
            "size": fields.String(enum=["s", "m", "l"]),
            "weight": fields.Float(min=0, max=1000),
        },
        strict=True,
    )
    parser = api.parser()
    parser.add_argument("limit", type=inputs.int_range(1, 50), default=10)
    parser.add_argument("size", choices=("s", "m", "l"))
    pots: dict[int, dict[str, Any]] = {1: {"id": 1, "name": "Tall", "size": "l"}}

    @shelf.route("/")
    class Pots(Resource):
        @shelf.doc("list_pots")
        @shelf.expect(parser)
        @shelf.marshal_list_with(pot)
        def get(self):
            """List the pots."""
            args = parser.parse_args()
            return [
                each
                for each in pots.values()
                if args.size is None or each.get("size") == args.size
            ][: args.limit]

        @shelf.doc("add_pot")
        @shelf.expect(pot)
        @shelf.marshal_with(pot, code=201)
        def post(self):
            """Add a pot."""
            new = {**api.payload, "id": len(pots) + 1}
            pots[new["id"]] = new
            return new, 201

    @shelf.route("/<int:number>")
    @shelf.response(404, "There is none")
    class Pot(Resource):
        @shelf.doc("get_pot")
        @shelf.marshal_with(pot)
        async def get(self, number):
            """Return a pot."""
            return pots.get(number)

        @shelf.doc("remove_pot")
        @shelf.response(204, "Removed")
        def delete(self, number):
            """Remove a pot."""
            if number not in pots:
                abort(404)
            del pots[number]
            return "", 204

    class Plain(Resource):
        @marshal_with({"name": fields.String, "length": fields.Integer})
        def get(self, name):
            """Return a name, as the notes write it."""
            return {"name": name, "length": len(name)}

    api.add_resource(Plain, "/plain/<name>")
    return api
