"""The tests of a code problem, in the forms that they come in.

- Python: asserts, a function `check(candidate)`, functions and classes for pytest or unittest; a JSON list of asserts.
- Cases of standard input and output: JSON `{"inputs": [...], "outputs": [...]}`, or a list of `{"input", "output"}`.
- Cases of calls: the same with `fn_name`, where an input is a list of arguments, an object of named ones, or text with
  a line of JSON for each argument; an output is a value. Where all outputs are lists of one value, as APPS wraps them,
  that value may be what is returned.
"""

import ast
import builtins
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chartered.domains.contract import Problem
from chartered.domains.verifiers.programs.cases import Calls, Streams, read_cases

_HEAD = re.compile(r"^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)
_QUOTED = re.compile(r"`([A-Za-z_]\w*)(?:\([^`\n]*\))?`")
_ASSERTS = re.compile(r"assert|fail|exit|check|verif|expect|test|raises|compare|equal|close", re.IGNORECASE)
_ELSEWHERE = re.compile(r"redirect_std\w+|(?:patch|setattr)\(\s*['\"](?:builtins\.|sys\.std)\w+|setattr\(\s*sys,")
_MODULES = ("solution", "submission", "program", "main", "candidate", "module", "my_module", "your_module")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Tests in Python."""

    text: str
    wanted: frozenset[str]
    """Names of the program that they look up."""


Tests = Source | Calls | Streams


def read_tests(problem: Problem) -> Tests:
    """The tests of a problem.

    Raises:
        ValueError: there are none, or they cannot be run; the message says why.
    """
    return _read(problem.tests or "", problem.question, problem.answer)


@lru_cache(maxsize=512)
def _read(text: str, question: str, answer: str) -> Tests:
    if not text.strip():
        raise ValueError("the tests are empty")
    content = _literal(text)
    if isinstance(content, list) and content and all(isinstance(line, str) for line in content):
        return _source("\n".join(content), question, answer)
    return _source(text, question, answer) if content is None else read_cases(content)


def _literal(text: str) -> Any:
    """What a JSON text, or a list or dictionary as Python writes it, holds; None for anything else."""
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    for reader in (json.loads, ast.literal_eval):
        try:
            found = reader(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        return found if isinstance(found, list | dict) else None
    return None


def _source(text: str, question: str, answer: str) -> Source:
    """Tests in Python, with a call of `check` where nobody makes it.

    Raises:
        ValueError: they assert nothing when they are run, or look at what the program prints.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Source(text=text, wanted=frozenset())  # whoever runs it says what is wrong
    if found := _ELSEWHERE.search(text):
        raise ValueError(
            f"the tests replace input or output where they run ({found[0][:40]!r}), and the program runs elsewhere; "
            "give cases of input and output"
        )
    wanted = frozenset(_wanted(tree))
    if waiting := [part for part in tree.body if isinstance(part, ast.FunctionDef) and _takes_candidate(part, tree)]:
        candidate = _candidate(question, answer)
        text = "\n".join([text, *(f"{part.name}({candidate})" for part in waiting), ""])
        wanted |= {candidate}
    elif not _asserts(tree):
        raise ValueError("the tests assert nothing: no test would be run")
    return Source(text=text, wanted=wanted)


def _takes_candidate(part: ast.FunctionDef, tree: ast.Module) -> bool:
    """Whether it is `check(candidate)`, and nobody calls it."""
    given = [arg.arg for arg in part.args.args]
    required = given[: len(given) - len(part.args.defaults)]
    if len(required) != 1 or not (part.name == "check" or required == ["candidate"]):
        return False
    own = set(ast.walk(part))
    return not any(isinstance(node, ast.Name) and node.id == part.name and node not in own for node in ast.walk(tree))


def _candidate(question: str, answer: str) -> str:
    """The function that is asked for: the last one that the question begins, or the right program defines."""
    for text in (question, answer):
        if heads := _HEAD.findall(text):
            least = min(len(indent) for indent, _ in heads)
            return str([name for indent, name in heads if len(indent) == least][-1])
    if quoted := _QUOTED.search(question):
        return quoted[1]
    raise ValueError("nobody calls the tests' check, and the question names no function to call it with")


def _asserts(tree: ast.Module) -> bool:
    """Whether something that is run can fail: at the top, in tests, or in what these call."""
    parts: dict[str, list[ast.AST]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            parts.setdefault(node.name, []).append(node)
    waiting: list[ast.AST] = [tree]
    waiting += [node for name, nodes in parts.items() if name.lower().startswith("test") for node in nodes]
    waiting += [node for nodes in parts.values() for node in nodes if isinstance(node, ast.ClassDef)]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        for node in _own(part):
            if isinstance(node, ast.Assert | ast.Raise):
                return True
            if isinstance(node, ast.Call) and _ASSERTS.search(ast.unparse(node.func)):
                return True
            waiting += parts.get(node.id, []) if isinstance(node, ast.Name) else []
    return False


def _own(part: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a part; of functions within it the names alone."""
    waiting = list(ast.iter_child_nodes(part))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or isinstance(part, ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _wanted(tree: ast.Module) -> Iterator[str]:
    """Names that the tests look up and do not bind, or import from the module that is to be written."""
    bound: set[str] = set(vars(builtins))
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in _MODULES:
            yield node.attr
    yield from read - bound
