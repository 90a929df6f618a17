"""Cases as tests: what a program prints for an input, or what a function of it returns for some arguments."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CLOSE = 1e-6
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_INPUTS = ("input", "inputs", "stdin", "args", "arguments")
_OUTPUTS = ("output", "outputs", "expected_output", "expected", "stdout")
_NAMES = ("fn_name", "func_name", "function_name", "entry_point")
_LISTS = ("cases", "tests", "test_cases")


@dataclass(frozen=True, kw_only=True)
class Calls:
    """Cases of calls, as `chartered.domains.sandbox.calls` reads them."""

    text: str
    wanted: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Streams:
    """Cases of standard input and output."""

    cases: tuple[tuple[str, str], ...]


def same_output(printed: str, expected: str) -> bool:
    """Whether two outputs have the same words, wherever lines and spaces are.

    A number that is expected with a point or an exponent may be off by 1e-6, relative or absolute. Layout is no matter.
    """
    given, right = printed.split(), expected.split()
    return len(given) == len(right) and all(map(_same_word, given, right))


def _same_word(given: str, expected: str) -> bool:
    if given == expected:
        return True
    if _WHOLE.fullmatch(expected) or not (_NUMBER.fullmatch(expected) and _NUMBER.fullmatch(given)):
        return False
    return math.isclose(float(given), float(expected), rel_tol=_CLOSE, abs_tol=_CLOSE)


def read_cases(content: Any) -> Calls | Streams:
    """The cases of what a JSON text holds.

    Raises:
        ValueError: it holds none, or one that cannot be run; the message says which.
    """
    name = _of(content, _NAMES) if isinstance(content, dict) else None
    pairs = list(_pairs(content))
    if not pairs:
        raise ValueError("the tests hold no case")
    names = {_of(case, _NAMES) or name for case in pairs}
    if None not in names:
        return _calls(pairs, name, wrapped=isinstance(content, dict) and _of(content, _LISTS) is None)
    if len(names) > 1 or any(case.get("testtype") == "functional" for case in pairs):
        raise ValueError("the tests are cases of calls, and do not say of which function; give fn_name")
    cases = tuple((_stream(_of(case, _INPUTS)), _stream(_of(case, _OUTPUTS))) for case in pairs)
    if not any(output.split() for _, output in cases):
        raise ValueError("no case of the tests has an output to compare with")
    return Streams(cases=cases)


def _pairs(content: Any) -> Iterator[Mapping[str, Any]]:
    """The cases, each with its input and output; of columns those of a row."""
    listed = content if isinstance(content, list) else _of(content, _LISTS)
    if listed is None:
        inputs, outputs = _of(content, _INPUTS), _of(content, _OUTPUTS)
        if not isinstance(inputs, list) or not isinstance(outputs, list):
            raise ValueError('the tests are JSON without "inputs" and "outputs"')
        if len(inputs) != len(outputs):
            raise ValueError(f"the tests have {len(inputs)} inputs and {len(outputs)} outputs")
        listed = [{"input": given, "output": right} for given, right in zip(inputs, outputs, strict=True)]
    for number, case in enumerate(listed, 1):
        if not isinstance(case, dict) or not any(key in case for key in _OUTPUTS):
            raise ValueError(f'case {number} of the tests has no "output"')
        yield case


def _of(row: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _stream(value: Any) -> str:
    """The text of standard input or output; a list is one of lines."""
    if isinstance(value, list):
        return "\n".join(map(_stream, value))
    return "" if value is None else str(value)


def _calls(pairs: Sequence[Mapping[str, Any]], name: str | None, *, wrapped: bool) -> Calls:
    cases = []
    for number, case in enumerate(pairs, 1):
        given, right = _of(case, _INPUTS), _of(case, _OUTPUTS)
        try:
            told = isinstance(given, str)
            arguments = [json.loads(line) for line in given.splitlines() if line.strip()] if told else given
            right = json.loads(right) if told and isinstance(right, str) else right
        except ValueError:
            raise ValueError(f"the input or output of case {number} is not JSON: {str(given)[:60]!r}") from None
        arguments = [] if arguments is None else arguments
        arguments = arguments if isinstance(arguments, list | dict) else [arguments]
        cases.append({"call": _of(case, _NAMES) or name, "input": arguments, "output": right})
    if all(case["output"] is None for case in cases):
        raise ValueError("no case of the tests has an output to compare with")
    wrapped = wrapped and all(isinstance(case["output"], list) and len(case["output"]) == 1 for case in cases)
    text = json.dumps({"cases": cases, "wrapped": wrapped})
    return Calls(text=text, wanted=frozenset(case["call"] for case in cases) | {"Solution"})
