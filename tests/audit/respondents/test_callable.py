import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chartered.audit.cases import CONTROL, Case
from chartered.audit.policy import load_policy
from chartered.audit.respondents.callable import Function, as_text, load_function, text_of
from chartered.audit.run import run_audit
from chartered.common.errors import AuditError, UsageError
from chartered.domains import Domain, Problem
from chartered.domains.prompts import render

SOURCE = """
import re
from typing import Any

LETTERS = "ABCD"
asked = []

def right(text):
    plot = int(re.search("plot ([0-9]+)", text)[1])
    return f"Answer: {LETTERS[plot % 4]}"

def plain(prompt):
    print("asked")
    asked.append(prompt)
    return right(prompt)

def typed(messages: str) -> str: return plain(messages)
def chat(messages): asked.append(messages); return right(str(messages))
def listed(what: list[dict[str, str]]): return chat(what)
def dicts(what: "list[dict]") -> "str": return chat(what)
def anything(prompt: Any): return plain(prompt)
async def later(prompt): return plain(prompt)
def pieces(prompt): yield from plain(prompt)
def nothing(prompt): return None

def picky(prompt):
    if "plot 0." in prompt or "plot 5." in prompt:
        raise ValueError("not\\nthis one")
    return right(prompt)

def broken(prompt): raise RuntimeError("no service")
def wrong_kind(prompt): return 3

class Bot:
    def __call__(self, messages): return {"role": "assistant", "content": chat(messages)}
    def method(self, prompt): return plain(prompt)

bot = Bot()
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A module of functions, in the folder where commands run."""
    path = tmp_path / "answers_of_trees.py"
    path.write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield path
    for name in ("answers_of_trees", "chartered_function_answers_of_trees"):
        sys.modules.pop(name, None)


def cases(problems: list[Problem], count: int = 4) -> list[Case]:
    return [Case(item=str(n), arm=CONTROL, problem=problem) for n, problem in enumerate(problems[:count])]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("plain", "text"),
        ("typed", "text"),
        ("anything", "text"),
        ("later", "text"),
        ("pieces", "text"),
        ("bot.method", "text"),
        ("chat", "messages"),
        ("listed", "messages"),
        ("dicts", "messages"),
        ("bot", "messages"),
    ],
)
@pytest.mark.parametrize("module", ["answers_of_trees", "answers_of_trees.py"])
def test_a_function_is_called_with_what_it_takes_and_its_answers_are_read(
    file: Path, trees: Domain, problems: list[Problem], module: str, name: str, form: str, capsys: Any
) -> None:
    respondent = Function(f"{module}:{name}", trees)
    answers = respondent.answer(cases(problems))
    assert [answer.choice for answer in answers] == [problem.answer for problem in problems[:4]]
    first = respondent.function.__globals__["asked"][0] if hasattr(respondent.function, "__globals__") else None
    turns = render(problems[0])
    assert first in (None, turns if form == "messages" else turns[0]["content"])
    assert respondent.form == form and respondent.info.kind == "callable"
    assert respondent.info.decoding.endswith("the turns" if form == "messages" else "text")
    assert capsys.readouterr().out == ""  # standard output is for data


def test_the_file_and_the_name_of_a_function_are_in_its_hash(file: Path, trees: Domain) -> None:
    one = Function("answers_of_trees.py:plain", trees).info
    assert Function("answers_of_trees.py:plain", trees).info == one
    assert Function("answers_of_trees.py:chat", trees).info.sha256 != one.sha256
    file.write_text(SOURCE + "\n# changed\n")
    assert Function("answers_of_trees.py:plain", trees).info.sha256 != one.sha256


def test_several_turns_are_one_text_for_a_function_that_takes_text() -> None:
    turn: Callable[..., Any] = lambda role, content: {"role": role, "content": content}  # noqa: E731
    assert as_text([turn("user", "Which?")]) == "Which?"
    chat = [turn("system", "Be brief."), turn("user", "Which?"), turn("assistant", "B"), turn("user", "Sure?")]
    assert as_text(chat) == "System: Be brief.\n\nUser: Which?\n\nAssistant: B\n\nUser: Sure?"


def test_items_on_which_it_fails_have_no_response_up_to_a_share(
    file: Path, trees: Domain, problems: list[Problem]
) -> None:
    respondent = Function("answers_of_trees.py:picky", trees)
    policy = load_policy(trees.policy)
    verdict = run_audit(trees, respondent, probes=["cognitive_bias"], policy=policy, problems=problems[:20])
    [probe] = verdict.probes
    assert probe.remarks == {"that never came, since the function failed": 2 * 13}  # two items in thirteen arms
    assert all((arm.correct, arm.no_response) == (18, 2) for arm in probe.arms)
    assert Function("answers_of_trees.py:picky", trees).answer(cases(problems, 1))[0].choice is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("broken", r"RuntimeError: no service \(answers_of_trees.py, line \d+\)"),
        ("wrong_kind", "TypeError: it returned int, and not text"),
    ],
)
def test_a_function_that_fails_on_every_item_stops_the_audit_soon(
    file: Path, trees: Domain, problems: list[Problem], name: str, reason: str
) -> None:
    with pytest.raises(AuditError, match=f"failed on 4 of 4 items; the first failure: {reason}") as error:
        Function(f"answers_of_trees.py:{name}", trees).answer(cases(problems, 20))
    assert "\n" not in str(error.value)
    with pytest.raises(AuditError, match="failed on 2 of 2 items"):
        Function(f"answers_of_trees.py:{name}", trees).answer(cases(problems, 2))


def test_an_answer_of_none_is_no_response(file: Path, trees: Domain, problems: list[Problem]) -> None:
    answers = Function("answers_of_trees.py:nothing", trees).answer(cases(problems))
    assert {(answer.choice, answer.response) for answer in answers} == {(None, "")}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("plain", "'plain' names no function; give python:module:function"),
        ("answers_of_trees.py:", "names no function"),
        ("answers_of_trees.py:plan", "has no 'plan'; did you mean 'plain'"),
        ("answers_of_trees.py:LETTERS", "is str and cannot be called"),
        ("nothing_here.py:ask", "nothing_here.py: there is no such file"),
        ("nothing_here.at_all:ask", "cannot be imported: ModuleNotFoundError: No module named 'nothing_here'.$"),
    ],
)
def test_what_names_no_function_is_told_in_one_sentence(file: Path, place: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        load_function(place)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("code", ["import not_installed_here", "raise SystemExit('no')", "def ask(:", "1 / 0"])
def test_a_module_that_cannot_be_imported_is_told_in_one_sentence(file: Path, code: str) -> None:
    Path("odd.py").write_text(code)
    with pytest.raises(UsageError, match=r"^odd\.py cannot be imported: \w+: ") as error:
        load_function("odd.py:ask")
    assert "\n" not in str(error.value)


class Holder:
    """What libraries return."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


@pytest.mark.parametrize(
    "result",
    [
        "B",
        ["B"],
        [{"type": "text", "text": "B"}],
        {"role": "assistant", "content": "B"},
        {"choices": [{"message": {"content": [{"type": "text", "text": "B"}]}}]},
        Holder(content="B"),
        Holder(choices=[Holder(message=Holder(content="B"))]),
        iter(["B"]),
    ],
)
def test_the_text_is_found_in_what_functions_return(result: Any) -> None:
    assert text_of(result) == "B"


@pytest.mark.parametrize("result", [3, b"B", object(), True])
def test_what_is_not_text_is_refused(result: Any) -> None:
    with pytest.raises(TypeError, match="and not text"):
        text_of(result)
