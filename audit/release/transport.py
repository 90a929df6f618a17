"""What bringing a release from place to place does to its folder: git, hubs and their caches, and file systems.

Covered: files that those put beside the others, known by name; links of a hub's cache; line ends and Git LFS pointers
in the place of a file. Nothing here makes a changed byte of a signed file count as unchanged.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from chartered.audit.release.contents import UNSAFE

ATTRIBUTES = ".gitattributes"
"""Tells git to leave line ends alone; hubs put their own in its place, so that it is not signed."""
LINE_ENDS, POINTER = "line ends", "pointer"
"""What transport made of a file."""
LARGE = 10_000_000
"""Bytes above which hubs want a file in Git LFS."""

_BESIDE = frozenset({ATTRIBUTES, ".gitignore", ".git", ".locks", ".huggingface", ".msc", ".mdl", ".mv", "._____temp"})
"""Files and folders of git and hubs, at the top of a release."""
_SYSTEM = re.compile(
    r"\.DS_Store|\.localized|desktop\.ini|thumbs\.db|ehthumbs\.db|\.directory|__MACOSX|\.Spotlight-V100|\.fseventsd"
    r"|\.Trashes|\.TemporaryItems|System Volume Information|\$RECYCLE\.BIN|\.(?:nfs|fuse_hidden)[0-9a-f]+|\._.+"
    r"|.+:Zone\.Identifier|Icon\r",
    re.IGNORECASE,
)
"""Files and folders of file systems, anywhere."""
_LOADED = (
    *UNSAFE,
    *(".safetensors", ".npy", ".gguf", ".ggml", ".onnx", ".h5", ".hdf5", ".keras", ".msgpack", ".pb", ".tflite"),
    *(".json", ".jsonl", ".yaml", ".yml", ".toml", ".txt", ".model", ".jinja", ".jinja2", ".zip", ".tar", ".gz"),
    *(".dll", ".dylib", ".pyd", ".exe", ".sh", ".bat", ".cmd", ".ps1", ".ipynb"),
)
"""Endings of files that somebody could load or run, which are never left aside."""
_TEXT = 2**26
"""Bytes up to which a file is read whole to see whether it is text."""


def attributes(folder: Path) -> str:
    """The `.gitattributes` of a release: no line end is changed, and large and binary files are for Git LFS."""
    large = sorted(path.name for path in folder.iterdir() if path.suffix != ".safetensors" and _for_lfs(path))
    names = ["*.safetensors", *(re.sub(r"([\[\]*?\\ ])", r"[\1]", name) for name in large)]
    lines = [f"{name} filter=lfs diff=lfs merge=lfs -text" for name in names]
    return "\n".join(["# Every byte is signed, so that git must not change line ends.", "* -text", *lines, ""])


def is_artefact(name: str) -> bool:
    """Whether git, a hub or a file system puts a file of that name beside others, and nobody could load it."""
    parts = name.split("/")
    if parts[-1].lower().rstrip(". ").endswith(_LOADED):
        return False
    return parts[0] in _BESIDE or parts[:2] == [".cache", "huggingface"] or any(map(_SYSTEM.fullmatch, parts))


def artefacts(names: Iterable[str]) -> tuple[str, ...]:
    """Those among the names that are left aside, a folder of them as one (`.git/`)."""
    found = (name for name in names if is_artefact(name))
    return tuple(dict.fromkeys(f"{name.split('/')[0]}/" if _top(name) else name for name in found))


def is_hub_link(path: Path) -> bool:
    """Whether a link leads to a file of a hub's cache: directly in a folder `blobs` that stands beside `snapshots`."""
    try:
        blob = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return blob.is_file() and blob.parent.name == "blobs" and (blob.parent.parent / "snapshots").is_dir()


def damage(path: Path, sha256: str) -> str | None:
    """What transport made of the file that has this hash: other line ends, or a pointer of Git LFS; else None."""
    if path.stat().st_size > _TEXT:
        return None
    content = path.read_bytes()
    if content.startswith(b"version https://git-lfs.github.com/spec/v1\n"):
        return POINTER
    meant = (unix(content), unix(content).replace(b"\n", b"\r\n"))
    return LINE_ENDS if sha256 in (hashlib.sha256(each).hexdigest() for each in meant) else None


def unix(content: bytes) -> bytes:
    """The content with a line feed alone at the end of every line."""
    return content.replace(b"\r\n", b"\n")


def advice(name: str) -> str:
    """What to do about a file that is there and should not be, where its name tells; empty elsewhere."""
    if name.rsplit("/", 1)[-1].startswith("._"):
        return " (macOS puts such files beside others: delete it)"
    return ""


def snapshot_advice(folder: Path) -> str | None:
    """What to do where a folder is that of a model in a hub's cache, and the release is one of its snapshots."""
    snapshots = folder / "snapshots"
    if not (snapshots.is_dir() and (folder / "blobs").is_dir()):
        return None
    listed = sorted(path.name for path in snapshots.iterdir())
    return f"this is the folder of a model in a hub's cache: give one of its snapshots ({', '.join(listed[:3])})"


def _for_lfs(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return path.stat().st_size >= LARGE or b"\0" in file.read(8000)  # git, too, looks at 8,000 bytes


def _top(name: str) -> bool:
    first, inside, _ = name.partition("/")
    return bool(inside) and (first in _BESIDE or first == ".cache" or bool(_SYSTEM.fullmatch(first)))
