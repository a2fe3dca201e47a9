"""POSTs at an even rate through other clients: NAME URL RATE SECONDS; prints how many were answered, and in how many
seconds.

As a load test written with each would send: a greenlet or a task for each request, as many in flight as there are.
"""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter

import httpx

BODY, HEADERS = b"{}", {"Content-Type": "application/json"}


def by_geventhttpclient(url: str, rate: int, count: int) -> int:
    """A greenlet a request, over as many connections as are wanted."""
    import gevent  # noqa: PLC0415  # each sender alone
    from geventhttpclient import HTTPClient  # noqa: PLC0415

    client = HTTPClient.from_url(url, concurrency=1000)
    path = "/" + url.split("/", 3)[3]
    answered: list[int] = []

    def send() -> None:
        answer = client.request("POST", path, BODY, HEADERS)
        answer.read()
        answered.append(answer.status_code)

    began_s = perf_counter()
    for number in range(count):
        if (left_s := began_s + number / rate - perf_counter()) > 0:
            gevent.sleep(left_s)
        gevent.spawn(send)
    gevent.wait(timeout=2)
    return len(answered)


def by_httpx(url: str, rate: int, count: int) -> int:
    """A task a request."""

    async def send_all() -> int:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        async with httpx.AsyncClient(limits=limits, timeout=None, trust_env=False) as client:
            began_s, tasks = perf_counter(), []
            for number in range(count):
                if (left_s := began_s + number / rate - perf_counter()) > 0:
                    await asyncio.sleep(left_s)
                tasks.append(asyncio.create_task(client.post(url, content=BODY, headers=HEADERS)))
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(isinstance(answer, httpx.Response) for answer in ended)

    return asyncio.run(send_all())


def main() -> None:
    """Send, and say how many were answered, and in how many seconds."""
    name, url, rate, seconds = sys.argv[1:5]
    send = {"geventhttpclient": by_geventhttpclient, "httpx": by_httpx}[name]
    began_s = perf_counter()
    answered = send(url, int(rate), int(rate) * int(seconds))
    print(answered, round(perf_counter() - began_s, 3))


if __name__ == "__main__":
    main()
