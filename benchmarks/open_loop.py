"""GETs at an even rate, whatever comes back: URL PATH HEADERS RATE SECONDS; prints their times in ms.

One loop that never sleeps, over non-blocking sockets with one request under way on each: a client that
waits for its loop's timer sends late and hears late, and that would be measured. A time runs from when the
request was sent, and `Server-Timing` is not needed, for client and server share the machine's clock.
"""

from __future__ import annotations

import json
import select
import socket
import sys
from time import perf_counter
from urllib.parse import urlsplit


def main() -> None:
    url, path, headers, rate, seconds = sys.argv[1:6]
    parts = urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in json.loads(headers).items())
    request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{lines}\r\n".encode()
    count, every_s = int(rate) * int(seconds), 1 / int(rate)
    idle = [_connected(parts.hostname or "", parts.port or 80) for _ in range(200)]
    poll = select.epoll()
    for one in idle:
        poll.register(one, select.EPOLLIN)
    by_number = {one.fileno(): one for one in idle}
    sent_s: dict[int, float] = {}
    held: dict[int, bytes] = {}
    times_ms: list[float] = []
    sent, began_s = 0, perf_counter() + 0.1
    while len(times_ms) < count:
        if idle and sent < count and perf_counter() >= began_s + sent * every_s:
            one = idle.pop()
            sent_s[one.fileno()] = perf_counter()
            one.send(request)
            sent += 1
        for number, _ in poll.poll(0):
            held[number] = held.get(number, b"") + by_number[number].recv(65536)
            if not _is_whole(held[number]):
                continue
            del held[number]
            times_ms.append((perf_counter() - sent_s.pop(number)) * 1000)
            idle.append(by_number[number])
    warm = len(times_ms) // 10
    print(json.dumps(times_ms[warm:]))


def _connected(host: str, port: int) -> socket.socket:
    one = socket.create_connection((host, port))
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.setblocking(False)
    return one


def _is_whole(answer: bytes) -> bool:
    assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
    head, _, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
    return len(body) >= int(length)


if __name__ == "__main__":
    main()
