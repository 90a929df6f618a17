"""Call cases: a function of the program is called with arguments, and what it returns is compared with a value.

Values are those of JSON, so a tuple is a list, and keys of a dictionary are text. Two numbers of which one is a float
are the same within 1e-6, relative or absolute; whole numbers, text and all else are the same or not.
"""

import json
import math
from typing import Any

from chartered.domains.sandbox.remote import Remote, Session, plain

_CLOSE = 1e-6
_SHOWN = 80  # characters of a value in a reason


def called(session: Session, text: str) -> None:
    """Make the calls of some cases: JSON `{"cases": [{"call": name, "input": [...] or {...}, "output": value}, ...]}`.

    With `"wrapped": true` every output is a list of one value, and either all calls return such lists or all return
    the value.

    Raises:
        AssertionError: a call gave another value.
        Exception: what the program raised.
    """
    content = json.loads(text)
    cases = content["cases"]
    functions = {name: _function(session, name) for name in {case["call"] for case in cases}}
    readings = [False, True] if content.get("wrapped") else [False]
    for number, case in enumerate(cases, 1):
        arguments, keywords = ((), case["input"]) if isinstance(case["input"], dict) else (case["input"], {})
        given, right = functions[case["call"]](*arguments, **keywords), case["output"]
        readings = [wrapped for wrapped in readings if same(given, right[0] if wrapped else right)]
        if not readings:
            where = f"case {number} of {len(cases)}: {case['call']}"
            raise AssertionError(f"{where} gave {_shown(given)}, not {_shown(right)}")


def same(given: Any, expected: Any) -> bool:
    """Whether a value is the expected one, as JSON would write both."""
    if type(given) is Remote:
        given = plain(given)
    if type(given).__module__ == "numpy" and hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(expected, list):
        return isinstance(given, list | tuple) and len(given) == len(expected) and all(map(same, given, expected))
    if isinstance(expected, dict):
        return isinstance(given, dict) and _same_members(given, expected)
    if isinstance(expected, float) or (isinstance(given, float) and isinstance(expected, int)):
        return _same_numbers(given, expected)
    return type(given) is not Remote and bool(given == expected)


def _same_members(given: dict[Any, Any], expected: dict[str, Any]) -> bool:
    keyed = {_key(key): value for key, value in given.items()}
    return keyed.keys() == expected.keys() and all(same(keyed[key], value) for key, value in expected.items())


def _key(key: Any) -> Any:
    """The key that JSON has for it."""
    return json.dumps(key) if key is None or isinstance(key, bool | int | float) else key


def _same_numbers(given: Any, expected: float) -> bool:
    if isinstance(given, bool) or isinstance(expected, bool) or not isinstance(given, int | float):
        return bool(given == expected)
    if math.isnan(expected):
        return math.isnan(given)
    return math.isclose(given, expected, rel_tol=_CLOSE, abs_tol=_CLOSE)


def _function(session: Session, name: str) -> Any:
    """The function of that name; a method of the class `Solution` where the program has one instead."""
    found = session.names({name, "Solution"})
    if name in found:
        return found[name]
    if "Solution" in found:
        return getattr(found["Solution"](), name)
    raise NameError(f"name {name!r} is not defined")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ..."
