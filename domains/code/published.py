"""Published sets of programming tasks, read from a local file (see `chartered.domains.authoring.published`)."""

from collections.abc import Iterable
from pathlib import Path

from chartered.common.errors import DataError
from chartered.domains.authoring import Row, field, published, read_problem_file
from chartered.domains.contract import Message, Problem, Split

HUMANEVAL, MBPP = "openai/openai_humaneval", "google-research-datasets/mbpp"


def humaneval(path: Path | None) -> Iterable[Problem]:
    """HumanEval (Chen et al. 2021, arXiv 2107.03374): a head with its docstring, to be completed."""
    return read_problem_file(path, HUMANEVAL, _humaneval)


def mbpp(path: Path | None) -> Iterable[Problem]:
    """MBPP (Austin et al. 2021, arXiv 2108.07732): a sentence and three asserts, all of which are shown."""
    return read_problem_file(path, MBPP, _mbpp)


def _humaneval(row: Row, where: str, split: Split) -> Problem:
    head, body = field(row, "prompt", where), row.get("canonical_solution")
    if not isinstance(body, str) or not body.strip():
        raise DataError(f"{where}: no text in the field 'canonical_solution'; it is the program's body.")
    tests = f"{field(row, 'test', where)}\ncheck({field(row, 'entry_point', where)})\n"
    return _problem("humaneval", f"Complete this function.\n```python\n{head}\n```", f"{head}\n{body}", tests, split)


def _mbpp(row: Row, where: str, split: Split) -> Problem:
    listed = row.get("test_list")
    if not isinstance(listed, list) or not listed:
        raise DataError(f"{where}: the field 'test_list' must be a list of asserts.")
    shown = "\n".join(map(str, listed))
    asked = f"{field(row, 'text' if 'text' in row else 'prompt', where)} It must pass:\n```python\n{shown}\n```"
    source = field(row, "code", where).replace("\r\n", "\n").replace("\r", "\n")
    return _problem("mbpp", asked, source, "\n".join((*_set_up(row, where), shown, "")), split)


def _set_up(row: Row, where: str) -> list[str]:
    """What comes before the asserts: a text in the full set, a list of imports in the sanitized one."""
    imports = row.get("test_imports") or []
    if not isinstance(imports, list):
        raise DataError(f"{where}: the field 'test_imports' must be a list of lines.")
    return [str(row.get("test_setup_code") or ""), *map(str, imports)]


def _problem(kind: str, asked: str, source: str, tests: str, split: Split) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": f"{asked}\nGive the whole program in one block."},)
    return Problem(
        prompt=turn,
        answer=source,
        kind=kind,
        domain="code",
        split=split,
        tests=tests,
        solution=f"```python\n{source.rstrip()}\n```",
    )


PUBLISHED = (
    published("humaneval", "164 functions to complete", humaneval, "MIT", HUMANEVAL),
    published("mbpp", "974 small programs with three asserts each", mbpp, "CC-BY-4.0", MBPP),
)
