"""The outside of one sandbox: the command that builds it, and the process that runs in it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from chartered.domains.sandbox.processes import Limits
from chartered.domains.sandbox.wire import Broken, Gone, receive, send

_HERE = Path(__file__).parent
_CODE = "/code"
_INSIDE = "chartered/domains/sandbox"  # its parents are empty folders there, which import as packages
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from chartered.domains.sandbox.zygote import main; main(0)"
# sets iterate alike everywhere; one heap for all threads, since each reserves address space
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8", "PATH": "/nowhere", "HOME": "/tmp"}
_START, _GRACE = 30.0, 10.0  # seconds


class Cell:
    """One running sandbox; checks one program at a time. Dead after any OSError, EOFError or ValueError.

    Raises:
        OSError: it does not start; the message is what bubblewrap said.
    """

    def __init__(self, limits: Limits, *, tmp_mib: int, isolated: bool) -> None:
        self._wall = limits.wall
        self._folder = None if isolated else tempfile.TemporaryDirectory(prefix="chartered-unsafe-")
        command = _command(tmp_mib << 20) if self._folder is None else _unsafe(Path(self._folder.name))
        self._control, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as told:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=told,
                env=_ENVIRONMENT,
                cwd=None if self._folder is None else Path(self._folder.name) / "tmp",
                start_new_session=True,
            )
            theirs.close()
            self.close = weakref.finalize(self, _close, self._process, self._control, self._folder, os.getpid())
            try:
                self._control.settimeout(_START)
                send(self._control, asdict(limits))
                receive(self._control)
            except (Gone, Broken, OSError) as error:
                self.close()
                told.seek(0)
                said = told.read(2000).decode("utf-8", "replace").strip().splitlines()
                raise OSError(said[-1] if said else f"it ended without a word ({error})") from None
        self._control.settimeout(self._wall + _GRACE)

    def check(self, program: str, tests: str) -> dict[str, Any]:
        """What `zygote` reports of this check.

        Raises:
            Gone, Broken: the sandbox died or hangs; it must be closed.
        """
        with _texts(program, tests) as files:
            try:
                socket.send_fds(self._control, [b"c"], files)
            except OSError:
                raise Gone from None
        reply: dict[str, Any] = receive(self._control)
        return reply


@contextlib.contextmanager
def _texts(*texts: str) -> Iterator[list[int]]:
    """Files in memory, or without a name, that hold these texts."""
    with contextlib.ExitStack() as stack:
        files = []
        for text in texts:
            file = stack.enter_context(_nameless())
            file.write(text.encode("utf-8", "replace"))
            files.append(file.fileno())
        yield files


def _nameless() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("text"), "wb", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _close(
    process: "subprocess.Popen[bytes]",
    control: socket.socket,
    folder: "tempfile.TemporaryDirectory[str] | None",
    owner: int,
) -> None:
    control.close()
    if os.getpid() != owner:
        return  # a fork of the owner ends; the sandbox is not its own
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # the first process of the namespace dies with bubblewrap
    process.wait()
    if folder is not None:
        folder.cleanup()


def _command(tmp_bytes: int) -> list[str]:
    """Bubblewrap with nothing in it but the interpreter, its libraries, three devices and an empty /tmp."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise OSError("bubblewrap is not installed")
    options = ["--unshare-user", "--unshare-all", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"]
    options += ["--cap-drop", "ALL", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"]
    for name, value in _ENVIRONMENT.items():
        options += ["--setenv", name, value]
    for path in _readable():
        options += ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind", path, path]
    for device in ("null", "zero", "urandom"):
        options += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    options += ["--ro-bind", str(_HERE), f"{_CODE}/{_INSIDE}", "--size", str(tmp_bytes), "--tmpfs", "/tmp"]
    options += ["--remount-ro", "/", "--chdir", "/tmp", "--"]
    return [bwrap, *options, *_python(_CODE)]


def _unsafe(folder: Path) -> list[str]:
    """The same process with limits but no walls."""
    inside = folder / _INSIDE
    inside.parent.mkdir(parents=True)
    inside.symlink_to(_HERE)
    (folder / "tmp").mkdir()
    return _python(str(folder))


def _python(path: str) -> list[str]:
    return [_interpreter(), "-s", "-S", "-P", "-c", _BOOT, path]


def _interpreter() -> str:
    """The interpreter itself: a virtual environment's is a link to it."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def _readable() -> list[str]:
    """The interpreter and the folders of its libraries and of the system's; no programs, no configuration."""
    paths = ["/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache"]
    paths += [_interpreter(), sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    library = sysconfig.get_config_var("LDLIBRARY") or ""
    folder = sysconfig.get_config_var("LIBDIR") or ""
    paths += [str(file) for file in Path(folder).glob(f"{library}*")] if library.endswith(".so") and folder else []
    return [path for path in dict.fromkeys(paths) if os.path.lexists(path)]
