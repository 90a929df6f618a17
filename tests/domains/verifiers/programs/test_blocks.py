from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time, long_text

from chartered.domains.verifiers.programs.blocks import read_program

RIGHT = "def double(x):\n    return 2 * x"
WANTED = frozenset({"double"})


def fenced(source: str, language: str = "python") -> str:
    return f"```{language}\n{source}\n```"


def indented(text: str, by: str) -> str:
    return "\n".join(by + line for line in text.split("\n"))


def together(*parts: str) -> str:
    return "\n".join(parts)


def function(program: str | None) -> Callable[[int], int]:
    assert program is not None
    names: dict[str, Callable[[int], int]] = {}
    exec(program, names)
    return names["double"]


USAGE = fenced("print(double(2))")
OWN_TESTS = fenced("def test_double():\n    assert double(2) == 5\n\ntest_double()")
RUNNER = fenced("def run_all():\n    assert double(2) == 5\n\nrun_all()")
CLASS_OF_TESTS = fenced("import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.fail()")
BY, DOUBLE_BY = fenced("def by(a, b):\n    return a * b"), fenced("def double(x):\n    return by(2, x)")
READINGS = {
    "in a list": "1. Do this:\n\n" + indented(fenced(RIGHT), "   ") + "\n2. Done.",
    "in a list, by a tab": "- Do this:\n" + indented(fenced(RIGHT), "\t"),
    "at the mark of a list": "- ```python\n" + indented(RIGHT, "  ") + "\n  ```",
    "quoted": indented(fenced(RIGHT), "> "),
    "fence indented, program not": f"   ```python\n{RIGHT}\n   ```",
    "program indented, fence not": fenced(indented(RIGHT, "    ")),
    "Windows line ends": fenced(RIGHT).replace("\n", "\r\n"),
    "Windows line ends, no fence": RIGHT.replace("\n", "\r\n"),
    "tabs": fenced(RIGHT.replace("    ", "\t")),
    "tabs among spaces": fenced("def double(x):\n\ty = 2\n        return y * x"),
    "no-break spaces": fenced(RIGHT.replace("    ", "\u00a0" * 4)),
    "language in capitals": fenced(RIGHT, "Python"),
    "language with a title": fenced(RIGHT, 'python title="double.py"'),
    "language in braces": fenced(RIGHT, "{.python}"),
    "a session": fenced(">>> def double(x):\n...     return 2 * x\n...\n>>> double(3)\n6"),
    "usage as a session": together(fenced(RIGHT), fenced(">>> double(3)\n6", "pycon")),
    "usage after it": together(fenced(RIGHT), "Use it:", USAGE),
    "usage before it": together(USAGE, fenced(RIGHT)),
    "wrong tests of its own after it": together(fenced(RIGHT), "Tests:", OWN_TESTS),
    "tests under another name": together(fenced(RIGHT), "Tests:", RUNNER),
    "a class of tests": together(fenced(RIGHT), "Tests:", CLASS_OF_TESTS),
    "what it prints after it": together(fenced(RIGHT), "Output:", fenced("6", "")),
    "another language after it": together(fenced(RIGHT), fenced("function double(x) { return 3 * x }", "javascript")),
    "a command after it": together(fenced(RIGHT), fenced("python double.py", "bash")),
    "the head again": together(fenced(RIGHT), "Signature:", fenced("def double(x: int) -> int:\n    ...")),
    "a corrected version": together(fenced(RIGHT.replace("2", "3")), "That is wrong. Corrected:", fenced(RIGHT)),
    "a helper first": together(BY, DOUBLE_BY),
    "a helper last": together(DOUBLE_BY, BY),
    "imports first": together(fenced("from operator import mul"), fenced("def double(x):\n    return mul(2, x)")),
    "a name, not a function": together(fenced("double = lambda x: 2 * x"), USAGE),
    "cut short": "```python\n" + RIGHT,
    "begun anew in an open fence": together("```python\ndef double(x):\n    return 3\n\nNo.", fenced(RIGHT)),
    "a session in its docstring": fenced('def double(x):\n    """\n    >>> double(2)\n    """\n    return 2 * x'),
    "no fence": f"Here is the function:\n\n{RIGHT}\n\nThis doubles its argument.",
    "no fence, indented": f"Here:\n\n{indented(RIGHT, '    ')}\n\nThis works.",
    "no fence, with usage in one": f"Here:\n\n{RIGHT}\n\nUse it:\n{USAGE}",
    "tags": f"[PYTHON]\n{RIGHT}\n[/PYTHON]\n[TESTS]",
    "other tags": f"It is <code>\n{RIGHT}\n</code>",
}


@pytest.mark.parametrize("name", READINGS)
def test_the_program_is_told_from_what_stands_around_it(name: str) -> None:
    assert function(read_program(READINGS[name], WANTED))(3) == 6


@pytest.mark.parametrize(
    ("response", "program"),
    [
        ("n = int(input())\nprint(2 * n)", "n = int(input())\nprint(2 * n)"),
        ("print(2 * int(input()))", "print(2 * int(input()))"),
        (together(fenced("n = int(input())"), "Example:", fenced("3", ""), fenced("print(6)")), "n = int(input())\n"),
        (
            together(fenced("def f(n): return 2 * n"), fenced("print(f(int(input())))")),
            "def f(n): return 2 * n\n\nprint(f(int(input())))\n",
        ),
    ],
)
def test_a_script_needs_no_definition_and_is_the_block_that_reads(response: str, program: str) -> None:
    assert read_program(response, script=True) == program


@pytest.mark.parametrize(
    "response",
    [
        "The answer is 5.\nimport this into your mind.",
        "for example, I think",
        "class Foo {",
        "from what I see, no",
        "x",
    ],
)
def test_prose_is_no_program(response: str) -> None:
    assert read_program(response, WANTED) is None


@given(st.text() | st.text(alphabet="`~pyton \ndef():=\\>.\t-"), st.booleans())
def test_any_text_is_read(response: str, script: bool) -> None:
    program = read_program(response, WANTED, script=script)
    assert program is None or isinstance(program, str)


@given(st.sampled_from(sorted(READINGS)), st.sampled_from(["Certainly!\n\n", "# Solution\n\n", "I use `double`.\n\n"]))
def test_a_greeting_before_changes_nothing(name: str, greeting: str) -> None:
    assert function(read_program(greeting + READINGS[name], WANTED))(3) == 6


PIECES = [
    "`",
    "```\n",
    "(",
    "def ",
    "a=",
    "\x00",
    "```python\n",
    "> ",
    ">>> x\n",
    "\t",
    "def f(\n",
    '"""',
    "<code>",
    "a\n",
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_hostile_text_is_read_in_time(piece: str) -> None:
    with in_time():
        read_program(long_text(piece), WANTED)
        read_program(long_text(piece), script=True)
