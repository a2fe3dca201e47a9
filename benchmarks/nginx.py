"""nginx as the service that benchmarks load: it answers at once, and costs a request less than any sender does."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NO_NGINX: Final = "left out: no nginx here (on Debian: apt-get install nginx-light), or say --nginx PATH"
_CONFIGURATION: Final = """daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; keepalive_timeout 75s;
client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4;
scgi_temp_path {folder}/5;
server {{ listen 127.0.0.1:{port} backlog=4096;
location / {{ default_type application/json; return 200 '{{"outcome":"good"}}'; }} }} }}
"""


def add_nginx_option(parser: ArgumentParser) -> None:
    """`--nginx PATH`, empty where there is none."""
    parser.add_argument("--nginx", default=shutil.which("nginx") or "")


@contextmanager
def running_nginx(program: str, folder: Path) -> Iterator[str]:
    """The address of an nginx on a free port, whose files are in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "nginx.conf").write_text(_CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    server = subprocess.Popen([program, "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            time.sleep(0.05)
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
