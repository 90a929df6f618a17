import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time

from chartered.domains import Problem
from chartered.domains.prompts import render
from chartered.domains.rewards import correct
from chartered.domains.verifiers import labels

TERMS = (
    "Limitation of liability",
    "Unilateral termination",
    "Unilateral change",
    "Content removal",
    "Contract by using",
    "Choice of law",
    "Jurisdiction",
    "Arbitration",
)
BOTH = '["Jurisdiction", "Arbitration"]'


def problem(answer: str, options: tuple[str, ...] = TERMS) -> Problem:
    turn = ({"role": "user", "content": "Which kinds of terms does it hold?"},)
    return Problem(prompt=turn, answer=answer, options=options, kind="terms", domain="d", split="train")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        "Arbitration; Jurisdiction",
        "jurisdiction, ARBITRATION",
        "Jurisdiction and Arbitration.",
        "**Arbitration**, **Jurisdiction**",
        '["Arbitration", "Jurisdiction"]',
        "Arbitration | Jurisdiction",
        "Arbitration & Jurisdiction",
        "arbitration as well as jurisdiction",
        "both Arbitration and Jurisdiction",
        "The labels are Arbitration and Jurisdiction",
        "G, H",
        "h, g",
        "GH",
        "(G) Jurisdiction, (H) Arbitration",
        "G) Jurisdiction; H) Arbitration",
        "Arbitration (H), Jurisdiction (G)",
        "$\\text{G, H}$",
        "$\\{G, H\\}$",
        "Arbitration (clause 3), Jurisdiction (clause 4)",
        "Arbitration, Jurisdiction, since disputes go there",
        "\n- Arbitration\n- Jurisdiction",
        "\n\n1. Arbitration\n2. Jurisdiction\n\nI hope that this helps.",
        "\nArbitration\nJurisdiction",
        "Arbitration,\nJurisdiction",
        "G) Jurisdiction\nH) Arbitration",
        "\nG. Jurisdiction\nH. Arbitration",
        "The following labels apply:\n- Arbitration\n- Jurisdiction",
        "\n- **Arbitration**: disputes go to an arbitrator\n- **Jurisdiction**: the courts of Texas",
        "\n- [x] Arbitration\n- [ ] Choice of law\n- [x] Jurisdiction",
        '\n```json\n["Arbitration", "Jurisdiction"]\n```',
        "Arbitration\nWait, the answer is Arbitration and Jurisdiction.",
    ],
)
def test_a_set_is_read_in_any_order_and_form(said: str) -> None:
    assert labels(problem(BOTH), f"It sends disputes away.\nAnswer: {said}").status == "correct"
    assert labels(problem('["Arbitration"]'), f"Answer: {said}").status == "wrong"


@pytest.mark.parametrize(
    "response",
    [
        "\\boxed{G, H}",
        "The labels are \\boxed{G} and \\boxed{H}.",
        "<answer>Arbitration, Jurisdiction</answer>",
        "<answer>\n- Arbitration\n- Jurisdiction\n</answer>",
        "So the answer is Arbitration and Jurisdiction.",
        "The answer is:\n- Arbitration\n- Jurisdiction",
        "- Arbitration\n- Jurisdiction",
        "<think>Answer: A</think>Arbitration, Jurisdiction",
    ],
)
def test_a_set_is_read_where_any_answer_stands(response: str) -> None:
    assert labels(problem(BOTH), response).status == "correct"


@pytest.mark.parametrize(
    "said",
    [
        "none",
        "None of them.",
        "none of the above",
        "No label applies",
        "There are no applicable labels.",
        "[]",
        "nothing",
        "None of these categories apply",
        "None, since the clause is fair",
        "None - there is no arbitration clause",
    ],
)
@pytest.mark.parametrize("gold", ["[]", "none", "no label"])
def test_the_empty_set_is_said_in_words(gold: str, said: str) -> None:
    assert labels(problem(gold), f"Answer: {said}").status == "correct"
    assert labels(problem(BOTH), f"Answer: {said}").status == "wrong"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "not arbitration",
        "no arbitration",
        "no",
        "Arbitration, not Jurisdiction",
        "Arbitration or Jurisdiction",
        "neither Arbitration nor Jurisdiction",
        "all except Jurisdiction",
        "Arbitration, Warranty",
        "\n- Arbitration\n- Warranty",
        "Arbitration, ...",
        "Arbitration etc.",
        "Arbitration?",
        "~~Arbitration~~",
        "Arbitration; maybe Jurisdiction",
        "\n- Arbitration: no\n- Jurisdiction: yes",
        "Arbitration, because it is not Jurisdiction",
        "Arbitration. Jurisdiction too may apply.",
        "none, Arbitration",
        "Arbitration\nG) Jurisdiction may be meant too",
        "not none",
        "G) Arbitration",
        "I",
        "unilateral",
        "A clause",
    ],
)
def test_an_unknown_label_a_denial_or_a_doubt_is_no_answer(said: str) -> None:
    for gold in (BOTH, '["Arbitration"]', "[]"):
        assert labels(problem(gold), f"Answer: {said}").status == "no_answer"


def test_a_sentence_without_a_marked_answer_is_no_answer() -> None:
    assert labels(problem('["Arbitration"]'), "I think that Arbitration applies here.").status == "no_answer"


def test_a_wrong_set_has_the_f1_of_the_sets_as_its_score() -> None:
    # 1 of 2 named is right and 1 of 1 found: 2 * 1 / (2 + 1)
    check = labels(problem('["Arbitration"]'), "Answer: Arbitration, Jurisdiction")
    assert (check.status, check.score) == ("wrong", 2 / 3) and correct(problem(BOTH), "", check) == 2 / 3
    assert check.answer == BOTH and "too many: Jurisdiction" in check.reason
    assert labels(problem("[]"), "Answer: Arbitration").score == 0.0


def test_a_gold_answer_of_labels_between_semicolons_is_a_set_too() -> None:
    gold = problem("Jurisdiction; Arbitration")
    assert labels(gold, "Answer: H, G").status == "correct"
    assert labels(gold, "Answer: H").answer == "Arbitration"


@pytest.mark.parametrize("gold", ["Warranty", '["Warranty"]', "[1]", "[Arbitration", "", "Arbitration, Jurisdiction"])
def test_a_gold_answer_that_is_no_set_of_the_options_is_an_error(gold: str) -> None:
    assert labels(problem(gold), "Answer: Arbitration").status == "error"


def test_an_option_that_says_none_is_the_empty_set() -> None:
    options = ("Arbitration", "Jurisdiction", "None of these")
    for said in ("C", "None of these", "none", "C) None of these"):
        assert labels(problem('["None of these"]', options), f"Answer: {said}").status == "correct"
    assert labels(problem("[]", options), "Answer: A, C").status == "no_answer"


def test_labels_that_are_letters_are_themselves() -> None:
    assert labels(problem('["B"]', ("B", "A", "C")), "Answer: B").status == "correct"


def test_a_set_is_asked_for_as_one() -> None:
    asked = render(problem(BOTH))[-1]["content"]
    assert asked.endswith('End with "Answer:" and every option that applies, separated by semicolons, or "none".')


names = st.lists(st.from_regex(r"[A-Z][a-z]{3,8}( [a-z]{4,8})?", fullmatch=True), min_size=2, max_size=6, unique=True)


@given(names, st.data())
def test_every_set_is_itself_and_no_other(options: list[str], data: st.DataObject) -> None:
    if len({option.lower() for option in options}) < len(options) or any("none" in o.lower() for o in options):
        return
    subsets = st.sets(st.sampled_from(options)).map(sorted)
    gold, said = data.draw(subsets), data.draw(subsets)
    asked = problem("; ".join(gold) or "none", tuple(options))
    letters = [chr(ord("A") + options.index(each)) for each in said]
    expected = "correct" if gold == said else "wrong"
    bullets = "".join(f"\n- {each}" for each in said)
    for spelled in (", ".join(said), " and ".join(reversed(said)), ", ".join(letters), bullets):
        assert labels(asked, f"Answer: {spelled if said else 'none'}").status == expected


@given(
    st.sets(st.sampled_from(TERMS)),
    st.sampled_from(["<think>Answer: A</think>", "Sure, happy to help.\n", "Some hold A and B.\n"]),
)
def test_a_thought_a_greeting_or_a_remark_before_it_changes_no_answer(said: set[str], before: str) -> None:
    line = f"Answer: {'; '.join(sorted(said)) or 'none'}"
    assert labels(problem(BOTH), before + line) == labels(problem(BOTH), line)


@given(st.text(max_size=200))
def test_any_text_gives_a_check(said: str) -> None:
    for response in (said, "Answer: " + said, "Answer:\n" + said):
        assert labels(problem(BOTH), response).status in ("correct", "wrong", "no_answer")


@pytest.mark.parametrize(
    "unit",
    [
        "Answer: 1\n",
        "- Arbitration\n",
        "Arbitration, ",
        "<answer>\n",
        "\\boxed{G}",
        "The answer is:\n",
        "<",
        "G ",
        "(",
        " ",
    ],
)
@pytest.mark.parametrize("before", ["", "Answer: ", "Answer:\n", "<answer>\n"])
def test_a_megabyte_of_hostile_text_is_read_in_time(before: str, unit: str) -> None:
    with in_time(6.0):  # two seconds, on a machine three times as slow
        assert labels(problem("[]"), before + unit * (10**6 // len(unit))).status != "error"
