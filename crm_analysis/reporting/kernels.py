"""The kernels of a run: with this interpreter, one thread each, gone when the run is."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["Kernels"]

_PREFIX = "crm-analysis-kernels-"
# The number of threads changes the last digits of some algorithms, and two kernels share the
# cores anyway; a fixed hash seed makes the order of sets the same in every run.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


class Kernels:
    """Starts kernels in a private folder and ends them, also in the middle of a cell.

    Use as a context manager: leaving it kills whatever still runs and removes the folder.

    Parameters
    ----------
    environment : variables that every kernel gets beside this process' own.
    """

    def __init__(self, environment: dict[str, str] | None = None):
        self._environment = environment or {}
        self._running: set[Any] = set()
        self._closed = False
        self._started = 0

    def __enter__(self) -> "Kernels":
        remove_stale_folders()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def start(self) -> Iterator[Any]:
        """Start a kernel and give its manager; it is killed on leaving, without ceremony.

        A polite shutdown costs up to five seconds and saves nothing: what a notebook hands
        over is on disk when its last cell has ended.
        """
        from jupyter_core.utils import run_sync

        if self._closed:
            raise RuntimeError("the run has been stopped")
        manager = self._manager()
        self._running.add(manager)
        try:
            with (self.folder / "kernels.log").open("ab") as log:
                run_sync(manager.start_kernel)(
                    env=self._kernel_environment(), cwd=str(self.folder), stdout=log, stderr=log
                )
            yield manager
        finally:
            run_sync(manager.shutdown_kernel)(now=True)
            self._running.discard(manager)

    def close(self) -> None:
        """Kill every kernel at once; whoever waits for one learns that it died.

        May be called from any thread, so it touches the processes only, not the sockets.
        """
        self._closed = True
        for manager in list(self._running):
            _kill(manager.provisioner)

    def _manager(self) -> Any:
        import zmq
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager

        self._started += 1
        manager = AsyncKernelManager(
            connection_file=str(self.folder / f"kernel-{self._started}.json"),
            # ipykernel warns of plain TCP; Unix sockets don't exist on Windows.
            transport_encryption="required" if zmq.has("curve") else "disabled",
        )
        # Written here, so that whatever kernel "python3" means on this machine doesn't matter.
        manager._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "crm_analysis.reporting.kernel",
                  "-f", "{connection_file}", "--HistoryManager.enabled=False"],
            display_name="Python 3 (ipykernel)",
            language="python",
            metadata={"supported_encryption": ["curve"]},
        )  # fmt: skip
        return manager

    def _kernel_environment(self) -> dict[str, str]:
        package_parent = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [package_parent, os.environ.get("PYTHONPATH")]))
        # A folder of its own keeps a person's IPython start-up files out of the run.
        own = {"PYTHONPATH": path, "IPYTHONDIR": str(self.folder / "ipython")}
        return {**os.environ, **_ENVIRONMENT, **own, **self._environment}


def _kill(provisioner: Any) -> None:
    """Kill a kernel, and what it has started where the system knows process groups."""
    process = getattr(provisioner, "process", None)
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg") and provisioner.pgid:
            os.killpg(provisioner.pgid, signal.SIGKILL)
        else:
            process.kill()


def remove_stale_folders() -> None:
    """Remove the folders of runs that were killed before they could do it themselves."""
    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
