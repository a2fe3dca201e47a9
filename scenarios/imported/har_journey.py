"""A scenario from a HAR file: one journey through what a person did, with the pauses that were theirs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scenarios.imported.correlation import Correlation
from scenarios.imported.draft import Draft, seconds_text
from scenarios.imported.har_entries import RecordedExchange, recorded_exchanges
from scenarios.imported.har_requests import RequestMaker, sent_values
from scenarios.imported.names import Names
from scenarios.imported.path_templates import is_static
from scenarios.imported.secrecy import Secrets, cookies_sent, cookies_set
from scenarios.text.files import UnusableFileError
from scenarios.text.phrases import several, several_are

_PAUSE_LEAST_S: Final = 1.0  # between requests of one page; between pages every pause counts
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


@dataclass
class _Kept:
    """The exchanges that become calls, and how many do not, by reason."""

    host: str
    exchanges: list[RecordedExchange] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def draft_of_har(path: Path, site: str | None, compress: float, *, without_static: bool) -> Draft:
    """The scenario of a HAR file: of the requests to `site`, or else to the host of its first page. Raises
    `UnusableFileError`."""
    recorded = recorded_exchanges(path)
    kept = _kept(recorded, site, without_static=without_static)
    if not kept.exchanges:
        hosts = ", ".join(sorted({one.host for one in recorded if one.host})[:10])
        raise UnusableFileError(f"{path} has no request to {kept.host} that can be sent again; its hosts are {hosts}")
    secrets = Secrets(recorded)
    ever_sent = {value for one in kept.exchanges for value in sent_values(one)}
    maker = RequestMaker(secrets, Correlation(secrets, ever_sent))
    requests = []
    for number, exchange in enumerate(kept.exchanges):
        requests.append(maker.request(exchange, number))
        maker.correlation.answered(exchange, number)
    operations, called = _operations(kept.exchanges, requests, maker)
    return Draft(
        title=f"The journey of {path.name}",
        about=f"{several(len(called), 'request')} of one recorded session.",
        period="0 s to 300 s",
        arrivals="6 / min",
        steps=_steps(recorded, kept.exchanges, called, compress),
        operations=operations,
        sources={"the recording": path.name, "recorded at": f"{kept.exchanges[0].url.scheme}://{kept.host}"},
        assumptions=_assumed(kept, maker, recorded, compress),
        secrets=secrets.variables,
    )


def _kept(recorded: list[RecordedExchange], site: str | None, *, without_static: bool) -> _Kept:
    pages = [one for one in recorded if "html" in (one.entry.response.content.mimeType or "") and one.host]
    kept = _Kept(site.lower() if site else (pages or recorded)[0].host)
    for one in recorded:
        reason = _reason(one, kept.host, without_static=without_static)
        if reason:
            kept.left_out[reason] += 1
        else:
            kept.exchanges.append(one)
    return kept


def _reason(one: RecordedExchange, host: str, *, without_static: bool) -> str:
    """Why an exchange is no call; nothing where it is one."""
    if one.url.scheme not in ("http", "https"):
        return "by WebSocket" if one.url.scheme in ("ws", "wss") else "without an answer, or of the browser's own"
    if one.host != host:
        return "to other hosts"
    if one.entry.request.method.upper() not in _METHODS or not 200 <= one.entry.response.status <= 599:
        return "without an answer, or of the browser's own"
    return "of static files" if without_static and is_static(one.url.path) else ""


def _operations(
    exchanges: list[RecordedExchange], requests: list[dict[str, Any]], maker: RequestMaker
) -> tuple[dict[str, Any], list[str]]:
    """Each different request once, and the name of each exchange's."""
    names, named, operations, called = Names(), dict[str, str](), dict[str, Any](), list[str]()
    for number, (exchange, request) in enumerate(zip(exchanges, requests, strict=True)):
        extracts = maker.correlation.extracts.get(number)
        status = exchange.entry.response.status
        expected = {"status": "2xx" if status < 300 or status == 304 else [status]}
        specification = {"http": request, "expect": expected, **({"extract": extracts} if extracts else {})}
        key = json.dumps(specification, sort_keys=True)
        if key not in named:
            path = request["path"].replace("secret.", "").replace("{", " ").replace("}", " ")
            named[key] = names.name(f"{request['method']} {path.replace('/', ' ').strip() or 'root'}")
            operations[named[key]] = specification
        called.append(named[key])
    return operations, called


def _steps(
    recorded: list[RecordedExchange], kept: list[RecordedExchange], called: list[str], compress: float
) -> list[Any]:
    """Calls in their order, and where nothing was under way for a while, a think time."""
    steps: list[Any] = []
    busy_until_s, page, names = (
        recorded[0].start_s,
        recorded[0].entry.pageref,
        dict(zip(map(id, kept), called, strict=True)),
    )
    waited_s = 0.0
    for one in recorded:
        pause_s = one.start_s - busy_until_s
        if pause_s > 0 and (one.entry.pageref != page or pause_s >= _PAUSE_LEAST_S):
            waited_s += pause_s
        busy_until_s, page = max(busy_until_s, one.end_s), one.entry.pageref
        if id(one) not in names:
            continue
        if steps and round(waited_s / compress, 3) > 0:
            steps.append({"think": seconds_text(waited_s / compress)})
        waited_s = 0.0
        steps.append({"call": names[id(one)]})
    return steps


def _assumed(kept: _Kept, maker: RequestMaker, recorded: list[RecordedExchange], compress: float) -> list[str]:
    said = [
        f"A recording is one session: how many come, six a minute, is not in it. It was made at {kept.host}; load goes"
        " where --host says.",
        "Requests that the browser sent side by side are sent one after another. Think times are the pauses in which"
        " nothing was under way.",
    ]
    set_here = {name for one in kept.exchanges for name, _ in cookies_set(one)}
    before = {name for one in kept.exchanges for name, _ in cookies_sent(one)} - set_here
    extracted = sum(map(len, maker.correlation.extracts.values()))
    left_out, bodies, files = sorted(kept.left_out.items()), maker.left_out.bodies, maker.left_out.files
    counted = (
        *((count, f"{several_are(count, 'request', reason)} left out.") for reason, count in left_out),
        (extracted, f"{several_are(extracted, 'value', 'that an answer gave and a later request sent')} extracted."),
        (maker.secrets.variables, f"{several_are(len(maker.secrets.variables), 'secret', 'of the recording')} not in"
         " here, but looked for in the environment."),
        (before, f"{several_are(len(before), 'cookie', 'that no answer of the recording set')} left out: log on in the"
         " journey."),
        (bodies, f"{several_are(bodies, 'body', 'of which no JSON, form or text was recorded')} left out."),
        (files, f"The content of {several(files, 'uploaded file')} was not recorded and is made up."),
        (compress != 1, f"Time is compressed: pauses are {compress:g} times as short as recorded."),
    )  # fmt: skip
    return said + [words for is_so, words in counted if is_so]
