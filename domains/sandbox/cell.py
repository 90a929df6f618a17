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
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from chartered.domains.sandbox.packages import NO_PACKAGES, Packages, testing
from chartered.domains.sandbox.processes import Limits
from chartered.domains.sandbox.wire import REQUEST, Broken, Gone, receive, send

_HERE = Path(__file__).parent
_ROOT = "/sandbox"
_CODE, _PACKAGES, _TESTING = "code", "packages", "testing"  # folders there; the last one is the judge's alone
_INSIDE = "chartered/domains/sandbox"  # its parents are empty folders there, which import as packages
_BOOT = f"""
import sys
sys.path[:] = [sys.argv[1] + "/{_CODE}", *sys.path, sys.argv[1] + "/{_PACKAGES}"]
from chartered.domains.sandbox.zygote import main
main(0)
"""
# sets iterate alike everywhere; one heap for all threads, since each reserves address space, and libraries start none
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8", "PATH": "/nowhere", "HOME": "/tmp"}
_ENVIRONMENT |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_START, _GRACE = 30.0, 10.0  # seconds


class Cell:
    """One running sandbox; checks one program at a time. Dead after any OSError, EOFError or ValueError.

    Raises:
        OSError: it does not start; the message is what bubblewrap said.
    """

    def __init__(self, limits: Limits, *, tmp_mib: int, isolated: bool, packages: Packages = NO_PACKAGES) -> None:
        self._folder = None if isolated else tempfile.TemporaryDirectory(prefix="chartered-unsafe-")
        shown = {_PACKAGES: packages.paths, _TESTING: testing()}
        command = _command(tmp_mib << 20, shown) if self._folder is None else _unsafe(Path(self._folder.name), shown)
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
                send(self._control, packages.modules)
                receive(self._control)
            except (Gone, Broken, OSError) as error:
                self.close()
                told.seek(0)
                said = told.read(2000).decode("utf-8", "replace").strip().splitlines()
                raise OSError(said[-1] if said else f"it ended without a word ({error})") from None

    def check(self, form: bytes, program: str, given: str, *, seconds: float, imports: bool) -> dict[str, Any]:
        """What `zygote` reports of this check.

        Args:
            form: one of those in `wire`.
            program: untrusted source.
            given: its tests, or its standard input.
            seconds: by the clock.
            imports: whether packages are used, so that it is worth having them imported.

        Raises:
            Gone, Broken: the sandbox died or hangs; it must be closed.
        """
        self._control.settimeout(seconds + _GRACE)
        with _texts(program, given) as files:
            try:
                socket.send_fds(self._control, [REQUEST.pack(form, imports, seconds)], files)
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


def _command(tmp_bytes: int, shown: Mapping[str, tuple[Path, ...]]) -> list[str]:
    """Bubblewrap with nothing in it but the interpreter, its libraries, packages, three devices and an empty /tmp."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise OSError("bubblewrap is not installed")
    options = ["--unshare-user", "--unshare-all", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"]
    options += ["--cap-drop", "ALL", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"]
    for name, value in _ENVIRONMENT.items():
        options += ["--setenv", name, value]
    for path in _readable():
        options += ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind", path, path]
    for path in _hidden():
        options += ["--tmpfs", path, "--remount-ro", path]
    for device in ("null", "zero", "urandom"):
        options += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for folder, paths in shown.items():
        for each in paths:
            options += ["--ro-bind", str(each), f"{_ROOT}/{folder}/{each.name}"]
    options += ["--ro-bind", str(_HERE), f"{_ROOT}/{_CODE}/{_INSIDE}", "--size", str(tmp_bytes), "--tmpfs", "/tmp"]
    options += ["--remount-ro", "/", "--chdir", "/tmp", "--"]
    return [bwrap, *options, *_python(_ROOT)]


def _unsafe(folder: Path, shown: Mapping[str, tuple[Path, ...]]) -> list[str]:
    """The same process with limits but no walls."""
    inside = folder / _CODE / _INSIDE
    inside.parent.mkdir(parents=True)
    inside.symlink_to(_HERE)
    for name, paths in shown.items():
        (folder / name).mkdir()
        for path in paths:
            (folder / name / path.name).symlink_to(path)
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


def _hidden() -> list[str]:
    """Folders of installed packages within those of libraries: a program could add them to its path."""
    found = [path for path in _readable() if os.path.isdir(path) and not os.path.islink(path)]
    inner = [os.path.join(path, name) for path in found for name in ("site-packages", "python3/dist-packages")]
    return [path for path in inner if os.path.isdir(path)]
