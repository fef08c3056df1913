"""All routes of the application, and a request for each that is valid as far as the schema says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from oddline.service.door import ROUTE_ACCESS


@dataclass(frozen=True)
class Asked:
    """One route: its method, the template of its path, and who may pass."""

    method: str
    path: str
    access: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def asked(app: FastAPI) -> list[Asked]:
    """Every route; one that is no route of a Door has the access ``nobody knows``."""
    found = []
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            extra = route.original_route.openapi_extra or {}
            access = extra.get(ROUTE_ACCESS, "nobody knows")
            found += [Asked(method, str(route.path), access) for method in sorted(route.methods or ())]
    return found


def others(app: FastAPI) -> list[str]:
    """The paths of what is no route of FastAPI: mounts, websockets."""
    return [
        f"{type(route.original_route).__name__} {route.path}"
        for route in iter_route_contexts(app.routes)
        if not isinstance(route.original_route, APIRoute)
    ]


class Schema:
    """Makes bodies and queries out of the application's OpenAPI."""

    def __init__(self, app: FastAPI) -> None:
        self.document = app.openapi()

    def operation(self, one: Asked) -> dict[str, Any]:
        path: dict[str, Any] = self.document["paths"].get(one.path, {})
        return path.get(one.method.lower(), {})

    def needed(self, one: Asked, place: str) -> dict[str, Any]:
        """Examples of what a route needs in its ``query`` or ``header``."""
        parameters = self.operation(one).get("parameters", [])
        needed = [each for each in parameters if each["in"] == place and each.get("required")]
        return {each["name"]: self.example(each.get("schema", {})) for each in needed}

    def body(self, one: Asked) -> dict[str, Any]:
        """Arguments for the client that send a valid body."""
        content = self.operation(one).get("requestBody", {}).get("content", {})
        if "application/json" in content:
            return {"json": self.example(content["application/json"]["schema"])}
        return {"content": b"x"} if content else {}

    def example(self, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            return self.example(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])
        for key in ("examples", "enum"):
            if schema.get(key):
                return schema[key][0]
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0])
        return self._made(schema)

    def _made(self, schema: dict[str, Any]) -> Any:
        kind = schema.get("type")
        if kind == "object":
            properties = schema.get("properties", {})
            return {name: self.example(properties[name]) for name in schema.get("required", ())}
        if kind == "array":
            return [self.example(schema["items"]) for _ in range(schema.get("minItems", 0))]
        return {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": True}.get(
            str(kind), "x" * max(1, schema.get("minLength", 1))
        )


def filled(path: str, ids: dict[str, str]) -> str:
    """Put ids into a template of a path."""
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
    return path


def names_in(path: str) -> Iterator[str]:
    for piece in path.split("{")[1:]:
        yield piece.partition("}")[0].partition(":")[0]


def ask(client: TestClient, one: Asked, ids: dict[str, str], **arguments: Any) -> Any:
    """Send a request; redirects are answers."""
    return client.request(one.method, filled(one.path, ids), follow_redirects=False, **arguments)
