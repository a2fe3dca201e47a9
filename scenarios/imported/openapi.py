"""A scenario from an OpenAPI document: each operation with a request that it allows. How often each is called the
document does not say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from scenarios.imported.draft import Draft
from scenarios.imported.names import Names
from scenarios.imported.openapi_documents import OpenApiDocument, items, mapping, read_document
from scenarios.imported.openapi_requests import DescribedRequests
from scenarios.text.files import UnusableFileError
from scenarios.text.phrases import several, several_are

_READS: Final = ("GET", "HEAD", "OPTIONS")
_BETWEEN: Final = "1 s"


def draft_of_openapi(path: Path, tags: Sequence[str], *, with_writes: bool) -> Draft:
    """The scenario of a document: of its operations with one of `tags`, or of all; `with_writes` has the journey call
    those that change something, too. Raises `UnusableFileError`."""
    document = read_document(path)
    found = [one for one in document.operations() if not tags or set(tags) & set(_tags(one[3]))]
    if not found:
        raise UnusableFileError(f"{path} has no operations{_of_tags(document, tags)}")
    requests, names = DescribedRequests(document), Names()
    operations: dict[str, Any] = {}
    called: list[str] = []
    for address, method, shared, operation in found:
        name = names.name(str(operation.get("operationId") or f"{method} {_shown(address)}"))
        specification = requests.specification(address, method, shared, operation)
        labels = [label for tag in _tags(operation) if (label := Names().name(tag))]
        operations[name] = ({"tags": list(dict.fromkeys(labels))} if labels else {}) | specification
        if with_writes or method in _READS:
            called.append(name)
    info = mapping(document.content.get("info"))
    return Draft(
        title=f"Calls of {info.get('title') or path.name}",
        about=f"{several(len(operations), 'operation')} of an OpenAPI document.",
        period="0 s to 300 s",
        arrivals="6 / min",
        steps=_steps(called or list(operations)),
        operations=operations,
        sources=_sources(document, path, info),
        assumptions=_assumed(document, operations, called, requests),
        secrets=requests.secrets,
    )


def _tags(operation: dict[str, Any]) -> list[str]:
    return [str(tag) for tag in items(operation.get("tags"))]


def _of_tags(document: OpenApiDocument, tags: Sequence[str]) -> str:
    known = sorted({tag for *_, operation in document.operations() for tag in _tags(operation)})
    return f" with one of the tags {', '.join(tags)}; its tags are {', '.join(known) or 'none'}" if tags else ""


def _shown(address: str) -> str:
    return address.replace("{", "").replace("}", "").replace("/", " ").strip() or "root"


def _steps(called: list[str]) -> list[Any]:
    steps: list[Any] = [{"call": called[0]}]
    for name in called[1:]:
        steps += [{"think": _BETWEEN}, {"call": name}]
    return steps


def _sources(document: OpenApiDocument, path: Path, info: dict[Any, Any]) -> dict[str, str]:
    version = f", version {info['version']}" if info.get("version") else ""
    servers = {"its servers": ", ".join(document.servers()[:5])} if document.servers() else {}
    return {"the document": f"{path.name}{version}"} | servers


def _assumed(
    document: OpenApiDocument, operations: dict[str, Any], called: list[str], requests: DescribedRequests
) -> list[str]:
    base = document.base_path()
    said = [
        "How often each operation is called, and in which order, is not in the document: a session calls"
        f" {len(called) or len(operations):,} of {len(operations):,}, one after another, a second apart, and six come"
        " a minute.",
        "Values are the document's examples, its first choice of several, or such as its schemas allow.",
        "The servers of the document are named as a source and are no target: load goes where --host says.",
    ]
    elsewhere, cookies, unmade = len(document.elsewhere), requests.cookies, requests.unmade
    uncalled = len(operations) - len(called) if called else 0
    counted = (
        (base, f"Paths begin with {base}, as at the first server; where a path or an operation names servers, as at"
         " the first of those."),
        (uncalled, f"{several_are(uncalled, 'operation', 'that may change something')} described, and called with"
         " --writes only."),
        (cookies, f"The cookies that operations need ({', '.join(sorted(cookies))}) are those that an answer sets: call"
         " one that does first."),
        (unmade, f"Bodies of {' and '.join(sorted(unmade))} are left out, for none could be made: give operations"
         " with one a `body`."),
        (elsewhere, f"{several_are(elsewhere, 'reference', 'to other documents, or to nowhere,')} left out."),
    )  # fmt: skip
    return said + [words for is_so, words in counted if is_so]
