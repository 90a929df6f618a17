import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.hostile_programs import CHEATS, ESCAPES, SCRIPTS

from chartered.common.errors import UsageError
from chartered.domains.sandbox.sandbox import Sandbox, isolation

pytestmark = pytest.mark.needs("sandbox")
TEST = "assert f() == 7"
RIGHT = "def f():\n    return 7"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    os.environ["CHARTERED_SECRET"] = "key"
    with Sandbox(cpu_seconds=1, wall_seconds=4.0, memory_mib=256, tmp_mib=4, packages=("numpy",)) as sandbox:
        yield sandbox
    del os.environ["CHARTERED_SECRET"]


def children() -> set[int]:
    """The processes that this one started, and those that they did."""
    found: set[int] = set()
    parents = {int(p.name): int((p / "stat").read_text().rpartition(")")[2].split()[1]) for p in processes()}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent == os.getpid() or parent in found} - found
        found |= more
        grown = bool(more)
    return found


def processes() -> Iterator[Path]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (entry / "stat").exists():
            yield entry


@pytest.mark.parametrize("name", ESCAPES)
def test_a_hostile_program_is_contained_and_the_sandbox_works_on(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    outside, secret = tmp_path / "outside", tmp_path / "secret"
    secret.write_text("key")
    assert sandbox.check(RIGHT, TEST).status == "correct"
    running = children()
    known = f"OUTSIDE, SECRET = {str(outside)!r}, {str(secret)!r}\n"
    outcome = sandbox.check(known + ESCAPES[name], TEST)
    assert outcome.status in ("wrong", "timeout"), (name, outcome)
    assert sandbox.check(RIGHT, TEST).status == "correct"
    assert list(tmp_path.iterdir()) == [secret]
    assert len(children()) <= len(running)


IN_FORMS = {
    "asserts": TEST,
    "functions": "def test_it():\n    assert f() == 7",
    "unittest": "import unittest\nclass It(unittest.TestCase):\n    def test_it(self): self.assertEqual(f(), 7)",
    "its module": "import solution, pytest\ndef test_it():\n    assert solution.f() == pytest.approx(7)",
    "numpy": "import numpy as np\nnp.testing.assert_allclose(f(), 7)",
}


@pytest.mark.parametrize("form", IN_FORMS)
@pytest.mark.parametrize("name", CHEATS)
def test_a_program_cannot_pass_but_by_the_right_values(sandbox: Sandbox, name: str, form: str) -> None:
    assert sandbox.check(RIGHT, IN_FORMS[form]).status == "correct"
    outcome = sandbox.check(CHEATS[name], IN_FORMS[form])
    assert outcome.status == "wrong", outcome


@pytest.mark.parametrize("name", CHEATS)
def test_a_program_cannot_pass_cases_of_calls_but_by_the_right_values(sandbox: Sandbox, name: str) -> None:
    cases = '{"cases": [{"call": "f", "input": [], "output": 7}]}'
    assert sandbox.call(RIGHT, cases).status == "correct"
    outcome = sandbox.call(CHEATS[name], cases)
    assert outcome.status == "wrong", outcome


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_hostile_script_prints_nothing_that_counts_and_the_sandbox_works_on(
    sandbox: Sandbox, tmp_path: Path, name: str
) -> None:
    outside, secret = tmp_path / "outside", tmp_path / "secret"
    secret.write_text("key")
    running = children()
    known = f"OUTSIDE, SECRET = {str(outside)!r}, {str(secret)!r}\n"
    outcome = sandbox.run(known + SCRIPTS[name], "7 is not here\n")
    assert outcome.status in ("wrong", "timeout") or outcome.output.split() != ["7"], (name, outcome)
    assert sandbox.run("print(7)", "").output == "7\n"
    assert list(tmp_path.iterdir()) == [secret]
    assert len(children()) <= len(running)


def test_what_is_in_tmp_is_gone_for_the_next_program(sandbox: Sandbox) -> None:
    assert sandbox.check("def f():\n    open('kept', 'w').write('x')\n    return 7", TEST).status == "correct"
    assert sandbox.check("import os\ndef f():\n    return 7 if not os.listdir('.') else 3", TEST).status == "correct"


def test_nothing_is_left_of_a_closed_sandbox() -> None:
    before = children()
    sandbox = Sandbox()
    assert sandbox.check(RIGHT, TEST).status == "correct"
    assert children() - before
    sandbox.close()
    assert children() <= before
    with pytest.raises(UsageError, match="the sandbox is closed"):
        sandbox.check(RIGHT, TEST)


def test_a_sandbox_ends_with_the_program_that_uses_it_even_when_that_is_killed() -> None:
    script = (
        "import os, signal\nfrom chartered.domains.sandbox.sandbox import Sandbox\nbox = Sandbox()\n"
        "assert box.check('def f(): return 7', 'assert f() == 7').status == 'correct'\n"
        "print(box._idle[0][0]._process.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    waited = threading.Event()
    for _ in range(100):  # the kernel ends it, soon
        if not Path(f"/proc/{int(done.stdout)}/cmdline").exists() or not alive(int(done.stdout)):
            return
        waited.wait(0.05)
    pytest.fail("the sandbox outlived its owner")


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_threads_check_side_by_side(sandbox: Sandbox) -> None:
    found: list[str] = []

    def check(value: int) -> None:
        outcome = sandbox.check(f"def f():\n    return {value}", TEST)
        found.append(f"{value} {outcome.status}")

    threads = [threading.Thread(target=check, args=(value,)) for value in (7, 3, 7, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["3 wrong", "3 wrong", "7 correct", "7 correct"]


@pytest.mark.parametrize(
    ("tests", "status", "reason"),
    [
        ("assert f() == 8", "wrong", "AssertionError at line 1 of the tests: assert f() == 8"),
        ("assert g() == 7", "wrong", "NameError: name 'g' is not defined"),
        ("assert f( == 7", "error", "the tests are no Python: SyntaxError: invalid syntax"),
        ("import nowhere", "error", "ModuleNotFoundError: No module named 'nowhere'"),
        ("raise SystemExit(1)", "wrong", "SystemExit: 1"),
        ("", "error", "the tests ran nothing of the program"),
    ],
)
def test_the_reason_is_the_last_line_of_what_happened(sandbox: Sandbox, tests: str, status: str, reason: str) -> None:
    outcome = sandbox.check(RIGHT, tests)
    assert (outcome.status, outcome.reason) == (status, reason)


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        ("def f(a):\n    a.append(1)", "x = []\nf(x)\nassert x == [1]"),
        ("def f(g):\n    return g(2) + 1", "assert f(lambda x: x * 3) == 7"),
        ("class P:\n    def __init__(self, x): self.x = x\n    def __add__(self, o): return P(self.x + o.x)",
         "assert (P(3) + P(4)).x == 7"),
        ("class E(ValueError): pass\ndef f():\n    raise E('no')",
         "try:\n    f()\nexcept ValueError as e:\n    assert str(e) == 'no'"),
        ("async def f(x):\n    return x + 1", "import asyncio\nassert asyncio.run(f(6)) == 7"),
        ("async def f():\n    for x in (3, 4):\n        yield x",
         "async def test_it():\n    assert [x async for x in f()] == [3, 4]"),
        ("import numpy as np\ndef f(a):\n    a += 1\n    return a.sum()",
         "import numpy as np\na = np.zeros(3)\nassert f(a) == 3 and (a == 1).all() and isinstance(f(a), np.float64)"),
        ("def f():\n    yield 3\n    yield 4", "assert list(f()) == [3, 4] and sum(f()) == 7"),
        ("def sum(a, b):\n    return a + b", "assert sum(3, 4) == 7"),
        ("def f(a, b):\n    return a / b", "import math\nassert math.isclose(f(1, 3), 0.3333333333)"),
        ("def f():\n    return {'a': (1, {2}), 3: [None, 1.5, b'x']}",
         "assert f() == {'a': (1, {2}), 3: [None, 1.5, b'x']}"),
        ("def f(n):\n    return 2 ** n", "assert f(400) == 2 ** 400"),
        ("def f(*a, k=1):\n    return a, k", "assert f(1, 2, k=3) == ((1, 2), 3)"),
        ("from collections import Counter\ndef f(x):\n    return Counter(x)", "assert f('aab') == {'a': 2, 'b': 1}"),
    ],
)  # fmt: skip
def test_what_ordinary_tests_do_works_from_afar(sandbox: Sandbox, program: str, tests: str) -> None:
    outcome = sandbox.check(program, tests)
    assert outcome.status == "correct", outcome


def test_output_is_kept_up_to_the_limit_and_said_to_be_cut() -> None:
    with Sandbox(output_kib=1) as sandbox:
        short = sandbox.check("print('hello')\n" + RIGHT, TEST)
        long = sandbox.check("print('x' * 5000)\n" + RIGHT, TEST)
    assert (short.output, short.truncated) == ("hello\n", False)
    assert (len(long.output), long.truncated) == (1024, True)


def test_a_machine_without_isolation_refuses_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    isolation.cache_clear()
    try:
        with pytest.raises(UsageError, match=r"bubblewrap is not installed; install the package .* or accept"):
            Sandbox()
        with Sandbox(allow_unsafe=True) as sandbox:
            assert sandbox.isolation.level == "none"
            assert sandbox.check(RIGHT, TEST).status == "correct"
            assert sandbox.check("def f():\n    return 3", TEST).status == "wrong"
    finally:
        isolation.cache_clear()


@pytest.mark.parametrize("limit", ["cpu_seconds", "wall_seconds", "memory_mib", "output_kib", "tmp_mib"])
def test_limits_are_positive(limit: str) -> None:
    with pytest.raises(UsageError, match=f"{limit} = 0"):
        Sandbox(**{limit: 0})  # type: ignore[arg-type]
