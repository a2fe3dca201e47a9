"""Launches on many machines: `--cluster ADDRESS` names the scheduler of a Dask cluster, whose workers have this very
version installed.

A launch is a pure function of scenario, seed and replication, so where it is simulated changes nothing, and a task
whose worker has died is given to another by the scheduler. (Dask: M. Rocklin, "Dask: Parallel Computation with Blocked
Algorithms and Task Scheduling", SciPy 2015; docs at distributed.dask.org.) The connection is secured as Dask's own
configuration says.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from importlib.util import find_spec
from typing import Any, Final

from experiments.launches.kept import version
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.performing import Task
from simulations.engines import make_ready

NO_CLUSTER: Final = "--cluster needs Dask: pip install 'launch-rehearsal[cluster]'"
_CONNECT_S: Final = 10
_one_at_a_time: Final = threading.Lock()  # a worker may have threads; a launch is nothing for several


class ClusterError(Exception):
    """A cluster that cannot be used, and why."""


def can_cluster() -> bool:
    """Whether the extra `cluster` is installed."""
    return find_spec("distributed") is not None


class Cluster:
    """Simulates on the workers of a Dask scheduler, such as `tcp://10.0.0.5:8786`. Raises `ClusterError` where there is
    none, or one without workers."""

    def __init__(self, address: str) -> None:
        from distributed import Client  # noqa: PLC0415  # an extra
        from distributed.comm.addressing import resolve_address  # noqa: PLC0415

        self._address = address
        try:
            resolve_address(address)  # a client that has not begun leaves a traceback when it goes
            self._client: Any = Client(address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            why = str(error).partition("\n")[0]
            raise ClusterError(
                f"--cluster {address}: no scheduler answers there ({why}); allowed is where one is, such as"
                " tcp://10.0.0.5:8786"
            ) from None
        self.workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
        if not self.workers:
            self.close()
            raise ClusterError(f"--cluster {address}: the scheduler has no workers; `dask worker {address}` starts one")

    def perform(self, tasks: Sequence[Task]) -> Generator[tuple[Task, list[LaunchOutcome]]]:
        """The outcomes of all tasks, as they come. Raises `ClusterError` when a worker has another version, or when
        none is left that could finish one."""
        from distributed import as_completed  # noqa: PLC0415

        ours = version()
        submitted = {self._client.submit(performed_there, task, ours, pure=False): task for task in tasks}
        try:
            for future in as_completed(submitted, loop=self._client.loop):
                yield submitted[future], self._result(future)
        finally:
            self._client.cancel(list(submitted))

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._client.close()

    def _result(self, future: Any) -> list[LaunchOutcome]:
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415

        try:
            found: list[LaunchOutcome] = future.result()
        except (KilledWorker, CancelledError) as error:
            raise ClusterError(f"--cluster {self._address}: its workers died, one after the other ({error})") from None
        except (ModuleNotFoundError, AttributeError) as error:
            raise ClusterError(f"--cluster {self._address}: a worker lacks this program ({error})") from None
        return found


def performed_there(task: Task, expected: str) -> list[LaunchOutcome]:
    """A task, on a worker. Raises `ClusterError` where that has another version than `expected`."""
    if version() != expected:
        raise ClusterError("a worker of the cluster has another version of this program; both must be the same")
    with _one_at_a_time:
        if task.engine == "compiled":
            make_ready()
        return task.outcomes()
