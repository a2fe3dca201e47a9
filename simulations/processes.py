"""Work in several processes, which end at once when the work is given up, and when this process is gone."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor

from scenarios.protocol.parent import end_with_parent

_Result = TypeVar("_Result")


def in_processes(
    function: Callable[..., _Result], calls: Iterable[tuple[Any, ...]], workers: int, *, in_order: bool
) -> Generator[_Result]:
    """What a function of a module returns for each of the calls' arguments, as it comes or `in_order`, performed by so
    many `workers`. They end when the iterator is closed before its end."""
    with warnings.catch_warnings():
        # A process whose memory has grown is replaced by a new one, and what is given up is meant to be: no news to
        # anybody. Where warnings are errors the first would end the thread that hears the processes, and all would wait
        # for ever.
        for message in ("A worker stopped while", r"\d+ tasks (which were still|have been success)"):
            warnings.filterwarnings("ignore", message=message, category=UserWarning)
        try:
            yield from Parallel(
                n_jobs=workers,
                return_as="generator" if in_order else "generator_unordered",
                pre_dispatch="2*n_jobs",
                initializer=end_with_parent,  # a process that never gets a call has to end, too
                initargs=(os.getpid(),),
            )(delayed(function)(*arguments) for arguments in calls)
        except BaseException:  # Ctrl-C and SIGTERM, too
            get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)
            raise
