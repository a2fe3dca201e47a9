"""How an audit speaks to its target: with the headers and the log-on of the scenario, as the replay did."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from loadtests.audit.audited_service import AuditedTarget
from loadtests.log_on.staying import StayingLoggedOn
from loadtests.log_on.tokens import token_source
from loadtests.safety.targets import Terms
from loadtests.target.headers import secrets_of, target_headers
from scenarios.language.safety import Target


@contextmanager
def spoken_to(target: Target | None, terms: Terms) -> Iterator[AuditedTarget]:
    """The target's settings, logged on as long as this lasts. Raises `TargetNotUsableError` or `RefusedError`."""
    if target is None:
        yield AuditedTarget()
        return
    headers, is_over = target_headers(target, secrets_of(target)), threading.Event()
    if target.log_on is not None:
        staying = StayingLoggedOn(token_source(target.log_on, terms), headers, _tell, _sleeping(is_over))
        staying.begin()
        threading.Thread(target=staying.stay, daemon=True).start()
    try:
        yield AuditedTarget(headers, target.base_paths)
    finally:
        is_over.set()


def _sleeping(is_over: threading.Event) -> Callable[[float], None]:
    """How the thread that renews tokens sleeps: it ends when the audit is over."""

    def sleep(seconds: float) -> None:
        if is_over.wait(seconds):
            sys.exit()

    return sleep


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
