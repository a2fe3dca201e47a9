"""Holds an answer to an OpenAPI document: its status, its headers, its media type, its body.

The mock's own document is always at hand. The contract that NHS England publishes is not part of this
project; where it lies beside the repository (`shared/contract`) or where ERS_CONTRACT says, it is used too.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
NO_CONTRACT = "the published e-RS contract is not at hand (ERS_CONTRACT, or shared/contract beside the repository)"
# What any HTTP server may answer, and what the upload limit answers: the published contract leaves them out.
UNPUBLISHED = {405, 413}


def contract_file() -> Path | None:
    """Where the published contract is, when it is at hand."""
    named = os.environ.get("ERS_CONTRACT")
    file = Path(named) if named else ROOT.parent / "shared" / "contract" / "e-rs-openapi.json"
    return file if file.is_file() else None


@dataclass(frozen=True)
class Answered:
    """What a document says of one operation."""

    method: str
    path: str
    responses: dict[str, Any]
    about: str = ""


class Document:
    """An OpenAPI document that answers can be held to."""

    def __init__(self, described: dict[str, Any], prefix: str = "", unlisted: frozenset[int] = frozenset()) -> None:
        self._described = described
        self._unlisted = unlisted
        self._validators: dict[tuple[str, str, str], Draft202012Validator] = {}
        self.operations = [
            Answered(method.upper(), prefix + path, operation["responses"], operation.get("description", ""))
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
            if method != "parameters"
        ]
        # A fixed segment wins over a parameter, so the paths with fewer parameters are tried first.
        self._found = sorted(((_pattern(o.path), o) for o in self.operations), key=lambda held: held[1].path.count("{"))

    def operation(self, method: str, path: str) -> Answered | None:
        """Which operation this address is."""
        return next((o for pattern, o in self._found if o.method == method and pattern.fullmatch(path)), None)

    def check(self, answer: httpx.Response) -> Answered | None:
        """Fail when the answer is not what the document says; the operation that it says it of."""
        path = answer.request.url.raw_path.decode().split("?")[0]
        operation = self.operation(answer.request.method, path)
        if operation is None:
            return None
        about = f"{operation.method} {operation.path} {answer.status_code}"
        listed = operation.responses.get(str(answer.status_code))
        if listed is None:
            assert answer.status_code in self._unlisted, f"{about} is not in the document"
            return operation
        response = self._resolved(listed)
        self._check_headers(response, answer, about)
        self._check_body(operation, response, answer, about)
        return operation

    def _check_headers(self, response: dict[str, Any], answer: httpx.Response, about: str) -> None:
        for name, described in response.get("headers", {}).items():
            header = self._resolved(described)
            value = answer.headers.get(name)
            assert value is not None or not header.get("required"), f"{about}: no {name}"
            if value is not None and name.lower() not in ("content-type", "content-length"):
                Draft202012Validator(self._resolved(header["schema"])).validate(value)

    def _check_body(self, operation: Answered, response: dict[str, Any], answer: httpx.Response, about: str) -> None:
        content = response.get("content", {})
        if not content or operation.method == "HEAD":
            return
        sent = answer.headers.get("content-type", "")
        media = next((name for name in content if _same(name, sent)), None)
        assert media is not None, f"{about}: {sent} is none of {list(content)}"
        if "json" in media and "schema" in content[media]:
            key = (operation.method, operation.path, str(answer.status_code))
            if key not in self._validators:
                self._validators[key] = self._validator(content[media]["schema"])
            errors = sorted(self._validators[key].iter_errors(answer.json()), key=lambda e: len(list(e.absolute_path)))
            assert not errors, f"{about}: " + "; ".join(_told(e) for e in errors[:3])

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        return Draft202012Validator({**schema, "components": self._described["components"]})

    def _resolved(self, held: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in held:
            found: Any = self._described
            for part in held["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            held = found
        return held


def published_contract() -> Document | None:
    """The contract, when it is at hand."""
    file = contract_file()
    if file is None:
        return None
    return Document(json.loads(file.read_text()), "/referrals/FHIR", frozenset(UNPUBLISHED))


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", path)
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts))


def _same(listed: str, sent: str) -> bool:
    bare = sent.split(";", maxsplit=1)[0]
    bare_listed, spaceless = listed.split(";", maxsplit=1)[0], listed.replace(" ", "")
    return listed == "*/*" or spaceless == sent.replace(" ", "") or bare_listed == bare


def _told(error: Any) -> str:
    deepest = error
    while deepest.context:
        deepest = max(deepest.context, key=lambda e: len(list(e.absolute_path)))
    where = "/".join(str(part) for part in deepest.absolute_path)
    return f"{where}: {deepest.message[:300]}"
