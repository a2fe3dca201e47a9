"""There is one way out of the product: every client is made where proxies, redirects and names are seen to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.places import ROOT

PACKAGES = sorted({path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks", "tests"})
# what makes a client, or asks without one
HTTPX = {
    "Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport", "get", "options", "head", "post", "put", "patch",
    "delete", "request", "stream",
}  # fmt: skip
OTHER_CLIENTS = {
    "aiohttp", "distributed", "ftplib", "geventhttpclient", "http.client", "httpcore", "pycurl", "requests", "smtplib",
    "socks", "telnetlib", "urllib.request", "urllib3", "websocket", "websockets", "xmlrpc",
}  # fmt: skip
CONNECTING = {"connect", "create_connection", "open_connection", "sock_connect", "open_unix_connection", "connect_ex"}
# where each may stand, and what sees there to where it goes
DIRECT = "loadtests/http/direct.py"
SOCKETS = {
    "loadtests/http/stream.py",  # the load's own: to the addresses of `cleared`
    "loadtests/safety/reach.py",  # whether anybody listens there
}
LOCUST_USERS = "loadtests/locust_users/"  # they speak `requests`, and what they say goes out as the load's own


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def clients(module: ast.Module) -> Iterator[str]:
    """Every way out that a module has by itself."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "httpx":
            yield from {f"httpx.{node.attr}"} if node.attr in HTTPX else ()
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{name.name}" for name in node.names} | {node.module}
            yield from names & OTHER_CLIENTS
            yield from names & {f"httpx.{name}" for name in HTTPX}
        elif isinstance(node, ast.Import):
            yield from {name.name for name in node.names if name.name.partition(".")[0] in OTHER_CLIENTS}
            yield from {name.name for name in node.names} & OTHER_CLIENTS
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CONNECTING:
            yield f"….{node.func.attr}"


def test_clients_are_made_in_one_place() -> None:
    assert {"dossier", "experiments", "loadtests", "rehearse"} <= set(PACKAGES)
    found = {path: set(clients(module)) for path, module in modules()}
    assert found[DIRECT] == {"httpx.Client", "httpx.HTTPTransport", "httpx.AsyncHTTPTransport"}
    assert {path for path in found if path.startswith(LOCUST_USERS) and found[path] - {"requests"}} == set()
    elsewhere = {path: ways for path, ways in found.items() if path != DIRECT and path not in SOCKETS and ways}
    elsewhere = {path: ways for path, ways in elsewhere.items() if not path.startswith(LOCUST_USERS)}
    assert elsewhere == DATABASES | CLUSTER
    assert all(found[path] <= {"….connect", "….connect_ex"} and found[path] for path in SOCKETS)


# a database is no target: SQLite opens a file, PostgreSQL's own client heeds no proxy
DATABASES = {
    "mock_server/storage/postgres_connection.py": {"….connect"},
    "mock_server/storage/sql_repositories.py": {"….connect"},  # in memory, to ask SQLite for the columns
    "mock_server/storage/sqlite.py": {"….connect"},
    "mock_server/storage/sqlite_file.py": {"….connect"},  # whether the file is what it should be
}
# the scheduler that `--cluster` names: Dask's own sockets, which heed no proxy
CLUSTER = {"experiments/launches/clustering.py": {"distributed"}}


@pytest.mark.parametrize(
    "source",
    [
        "import httpx\nhttpx.get('http://a')",
        "from httpx import AsyncClient",
        "import urllib.request",
        "from urllib import request",
        "import requests.sessions",
        "import socket\nsocket.create_connection(('a', 1))",
        "import asyncio\nasyncio.open_connection('a', 1)",
        "from http import client",
    ],
)
def test_a_new_client_would_be_seen(source: str) -> None:
    assert list(clients(ast.parse(source)))


def test_the_client_heeds_nothing_of_the_environment() -> None:
    """What the transports are made with; what comes of it, the tests of `rehearse` see on real connections."""
    tree = ast.parse(Path(ROOT / DIRECT).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    made = [call for call in calls if call.func.attr in HTTPX and getattr(call.func.value, "id", "") == "httpx"]  # type: ignore[attr-defined]
    assert len(made) == 3
    for call in made:
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert given["trust_env"] == "False"
        assert given.get("proxy", "") in ("", "found.proxy_url")
