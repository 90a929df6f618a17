import re
from collections import Counter

from tests.domains.legal.questions import of

from chartered.domains.legal.facts import facts


def test_a_statement_is_shut_out_as_its_rule_says() -> None:
    for problem in of("hearsay"):
        told, rule = problem.question.split(" Rule: ")
        scene = next(s for s in facts("hearsay")["scenes"] if s["truth"] in told or s["other"] in told)
        for_truth = told.endswith(f"to prove {scene['truth']}.")
        behaviour = any(each in told for each in scene["behaviour"])
        by, offered = re.search(r"old (\w+)", told), re.search(r"The (plaintiff|defendant) offers", told)
        free = bool(by and offered and by[1] in ("plaintiff", "defendant") and by[1] != offered[1])
        shut = for_truth and "this trial" not in told and not behaviour and not free
        assert problem.answer == ("yes" if shut else "no"), problem
        assert (offered is not None) == ("other party offers it" in rule)


def test_a_nod_or_a_shake_of_the_head_says_what_it_is_offered_for() -> None:
    for problem in of("hearsay"):
        if match := re.search(r"whether (.*?), an? .* answered with (a nod|a shake of the head)\.", problem.question):
            scene = next(s for s in facts("hearsay")["scenes"] if match[1] in (s["nodded"], s["shaken"]))
            assert scene["truth"] in problem.question or scene["other"] in problem.question
            assert match[1] == scene["nodded" if match[2] == "a nod" else "shaken"]


def test_a_nod_is_no_sign_of_what_the_answer_is() -> None:
    answers = Counter(p.answer for p in of("hearsay") if "answered with a" in p.question)
    assert min(answers.values()) >= 8
