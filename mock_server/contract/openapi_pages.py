"""The server's description of itself: `/openapi.json` for programs, `/docs` for people.

Both are made once, at the first request. The page is one file with its style inside: no script, no
font, nothing from another host, so it can be read where there is no network.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any, Final

import msgspec

from mock_server.contract.openapi import Sections, openapi_document
from mock_server.contract.operation import ApiOperation, Needs
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import HTML, JSON, HttpRequest, HttpResponse

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #212b32 }
h1, h2 { color: #005eb8 } nav a { margin-right: 1rem }
details { border: 1px solid #d8dde0; border-radius: 4px; margin: .5rem 0; padding: .5rem 1rem }
summary { cursor: pointer }
code { background: #f0f4f5; padding: 0 .25rem }
b.method { display: inline-block; width: 4.5rem }
table { border-collapse: collapse; margin: .5rem 0 }
td, th { border-bottom: 1px solid #d8dde0; padding: .25rem .75rem; text-align: left }
pre { background: #f0f4f5; overflow: auto; padding: .75rem }
"""


def published_pages(sections: Sections) -> tuple[ApiOperation, ...]:
    """The two addresses, as rows; they describe the other rows, and themselves."""

    @cache
    def described() -> dict[str, Any]:
        return openapi_document({**sections, "This description": rows})

    async def openapi(context: HandlerContext, request: HttpRequest) -> HttpResponse:
        """GET /openapi.json: this description for programs."""
        return HttpResponse(200, msgspec.json.encode(described()), JSON)

    async def docs(context: HandlerContext, request: HttpRequest) -> HttpResponse:
        """GET /docs: this description for people."""
        return HttpResponse(200, description_page(described()).encode(), HTML)

    rows = (
        ApiOperation("", "GET", "/openapi.json", openapi, Needs.NOTHING, produces=JSON),
        ApiOperation("", "GET", "/docs", docs, Needs.NOTHING, produces=HTML),
    )
    return rows


def description_page(described: dict[str, Any]) -> str:
    """The document as one HTML page."""
    by_tag: dict[str, list[str]] = {tag["name"]: [] for tag in described["tags"]}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            by_tag[operation["tags"][0]].append(_operation(method, path, operation))
    links = "".join(f'<a href="#{_anchor(name)}">{escape(name)}</a>' for name in by_tag)
    sections = "".join(_section(name, held) for name, held in by_tag.items())
    shapes = "".join(_shape(name, schema) for name, schema in described["components"]["schemas"].items())
    info = described["info"]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(info['title'])}</h1><p>{escape(info['description'])}"
        f' For programs: <a href="/openapi.json">/openapi.json</a>.</p><nav>{links}</nav>{sections}'
        f"<h2>Shapes</h2>{shapes}</body></html>"
    )


def _section(name: str, operations: Iterable[str]) -> str:
    return f'<h2 id="{_anchor(name)}">{escape(name)}</h2>{"".join(operations)}'


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    asked = "".join(_row(p["name"], p["in"], _needed(p), p.get("description", "")) for p in operation["parameters"])
    answers = "".join(
        _row(status, held["description"], ", ".join(held.get("content", {})), _shapes_of(held))
        for status, held in operation["responses"].items()
    )
    body = ", ".join(operation.get("requestBody", {}).get("content", {}))
    return (
        f"<details><summary><b class=method>{method.upper()}</b> <code>{escape(path)}</code> "
        f"{escape(operation['summary'])}</summary><p>{escape(operation['description'])}</p>"
        + (f"<p>Body: {escape(body)}</p>" if body else "")
        + (f"<table>{asked}</table>" if asked else "")
        + f"<table>{answers}</table></details>"
    )


def _shapes_of(answer: dict[str, Any]) -> str:
    schemas = [held.get("schema", {}) for held in answer.get("content", {}).values()]
    return ", ".join(s["$ref"].rpartition("/")[2] for s in schemas if "$ref" in s)


def _shape(name: str, schema: dict[str, Any]) -> str:
    shown = msgspec.json.format(msgspec.json.encode(schema)).decode()
    return f"<details><summary>{escape(name)}</summary><pre>{escape(shown)}</pre></details>"


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _needed(parameter: dict[str, Any]) -> str:
    return "needed" if parameter["required"] else "optional"


def _anchor(name: str) -> str:
    return escape(name.lower().replace(" ", "-").replace("'", ""))
