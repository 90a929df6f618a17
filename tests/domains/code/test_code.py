import signal

from chartered.domains import load_domain
from chartered.domains.code.verifier import value
from chartered.domains.prompts import answer_line

CODE = load_domain("code")
KINDS = ("synthesis", "repair", "fill", "output", "choose")
PROBLEMS = [problem for name in KINDS for problem in CODE.problem_set(name).load(None)]
PROGRAMS = [problem for problem in PROBLEMS if problem.tests is not None]


def passes(program: str, tests: str) -> bool:
    """Whether one of our own programs passes our own tests, in this process; one that does not end does not."""
    names: dict[str, object] = {}
    before = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1.0)  # of this process's own processor time: all that end take far less
    try:
        exec(program, names)
        exec(tests, names)
    except (Exception, KeyboardInterrupt):
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return True


def block(text: str) -> str:
    return text.split("```python\n")[1].split("```")[0]


def test_every_reference_program_passes_its_tests_and_eight_of_them() -> None:
    for problem in PROGRAMS:
        assert problem.tests and passes(problem.answer, problem.tests), problem
        assert len(problem.tests.splitlines()) == 8


def test_every_bug_that_is_shown_fails_the_tests() -> None:
    repairs = [problem for problem in PROBLEMS if problem.kind == "repair"]
    assert len(repairs) > 250
    for problem in repairs:
        assert problem.tests and not passes(block(problem.question), problem.tests), problem.question


def test_a_function_with_its_line_left_out_fails_the_tests() -> None:
    for problem in (p for p in PROBLEMS if p.kind == "fill"):
        assert problem.tests and not passes(block(problem.question), problem.tests), problem.question


def test_what_a_call_returns_is_what_running_it_gives() -> None:
    for problem in (p for p in PROBLEMS if p.kind == "output"):
        names: dict[str, object] = {}
        exec(block(problem.question), names)
        call = problem.question.split("What does ")[1].split(" return?")[0]
        assert repr(eval(call, names)) == problem.answer
        assert value(problem, answer_line(problem.answer)).status == "correct"


def test_exactly_one_of_the_calls_gives_the_value() -> None:
    for problem in (p for p in PROBLEMS if p.kind == "choose"):
        names: dict[str, object] = {}
        exec(block(problem.question), names)
        wanted = problem.question.split("calls returns ")[1][:-1]
        assert [call for call in problem.options if repr(eval(call, names)) == wanted] == [problem.answer]
