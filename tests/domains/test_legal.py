import re
from collections import Counter
from datetime import date, timedelta

import pytest

from chartered.audit.policy import load_policy
from chartered.domains import Problem
from chartered.domains.contract import Domain
from chartered.domains.legal import dates, domain
from chartered.domains.legal.clause import subjects
from chartered.domains.legal.corpus import handbook
from chartered.domains.legal.making import facts
from chartered.domains.prompts import answer_line, render
from chartered.domains.verifiers.citation import read_citations

LEGAL: Domain = domain
GENERATED = ("deadline", "limitation", "jurisdiction", "hearsay", "clause", "citation", "reporter")
PROBLEMS = [problem for name in GENERATED for problem in LEGAL.problem_set(name).load(None)]
DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"


def _of(kind: str) -> list[Problem]:
    return [problem for problem in PROBLEMS if problem.kind == kind]


def _day(text: str) -> date:
    day, month, year = text.split()
    return date(int(year), dates.MONTHS.index(month) + 1, int(day))


def _found(pattern: str, problem: Problem) -> re.Match[str]:
    match = re.search(pattern, problem.question)
    assert match, (pattern, problem.question)
    return match


def _sums(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"\$([\d,]*\d)", text)]


def test_a_date_a_day_a_month_or_a_year_off_is_refused() -> None:
    for problem in _of("deadline"):
        right = _day(problem.answer)
        for days in (-365, -31, -1, 1, 2, 31, 365):
            assert LEGAL.verify(problem, answer_line(dates.written(right + timedelta(days=days)))).status == "wrong"


def test_another_volume_reporter_or_page_is_refused() -> None:
    for problem in _of("citation"):
        volume, *name, page = problem.answer.split()
        other = "F.2d" if name != ["F.2d"] else "A.2d"
        for said in (
            f"{int(volume) + 1} {' '.join(name)} {page}",
            f"{volume} {' '.join(name)} {page}9",
            f"{volume} {other} {page}",
        ):
            assert LEGAL.verify(problem, answer_line(said)).status == "wrong", (problem.answer, said)


def test_options_hold_the_answer_and_answers_and_their_places_are_even() -> None:
    for kind in ("limitation", "jurisdiction", "hearsay", "clause", "reporter"):
        problems = _of(kind)
        size = len(problems[0].options)
        places = Counter(p.options.index(p.answer) for p in problems)
        assert all(abs(places[i] / len(problems) - 1 / size) < 0.08 for i in range(size)), (kind, places)
        if kind != "reporter":
            answers = Counter((p.groups["difficulty"], p.answer) for p in problems)
            levels = Counter(p.groups["difficulty"] for p in problems)
            assert all(count * size == levels[level] for (level, _), count in answers.items())


def test_text_is_ascii_and_short_and_states_a_rule() -> None:
    for problem in PROBLEMS:
        text = render(problem)[-1]["content"]
        assert text.isascii() and problem.solution is not None and problem.solution.isascii()
        assert len(text.split()) <= 150 and len(problem.solution.split()) <= 60
        assert " Rule: " in problem.question and "{" not in text and ".. " not in text


def _counted(problem: Problem) -> date:
    """The end of a period, found by stepping through the calendar one day at a time."""
    asked = problem.question
    start = _day(_found(rf"on \w+day ({DAY})", problem)[1])
    length, unit = re.search(r"within (\d+) (working days|days|months?)", asked).groups()  # type: ignore[union-attr]
    holiday = re.search(rf"holiday on \w+ ({DAY})|\w+day ({DAY}) is a holiday", asked)
    holidays = {_day(holiday[1] or holiday[2])} if holiday else set()

    def free(day: date) -> bool:
        return day.strftime("%w") in "06" or day in holidays

    end, left = start, int(length)
    while left:
        end += timedelta(days=1)
        left -= {"days": 1, "working days": int(not free(end))}.get(unit, int(_month_is_over(start, end)))
    while ("ends on the next" in asked) and free(end):
        end += timedelta(days=1)
    return end


def _month_is_over(start: date, day: date) -> bool:
    """Whether one more month has passed: the day has the number of the start, or its month is too short to have it."""
    last = (day + timedelta(days=1)).day == 1
    return day.day == start.day or (last and day.day < start.day)


def test_a_deadline_is_the_day_that_counting_by_single_days_gives() -> None:
    for problem in _of("deadline"):
        assert _day(problem.answer) == _counted(problem), problem


def test_days_of_the_week_in_questions_are_right() -> None:
    for problem in _of("deadline"):
        for name, day in re.findall(rf"(\w+day) ({DAY})", problem.question):
            assert _day(day).strftime("%A") == name


def test_half_of_what_may_roll_over_does_and_some_months_are_too_short() -> None:
    told = [p.solution or "" for p in _of("deadline")]
    assert sum("so it is" in work for work in told) >= 40
    assert sum("is a working day" in work for work in told) >= 15
    assert sum("which has no day" in work for work in told) >= 8


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def test_a_claim_is_in_time_when_it_is_filed_by_the_end_that_the_question_gives() -> None:
    for problem in _of("limitation"):
        asked = problem.question
        event, filed = _day(_found(rf"on ({DAY})\.", problem)[1]), _day(_found(rf"filed on ({DAY})", problem)[1])
        years = int(_found(r"within (\d) year", problem)[1])
        end = _later(event, years)
        if learned := re.search(rf"became known on ({DAY})", asked):
            latest = int(_found(r"not later than (\d) year", problem)[1])
            end = min(_later(_day(learned[1]), years), _later(event, latest))
        elif talks := re.search(r"talks for (\d+) days", asked):
            end += timedelta(days=int(talks[1]))
        elif (admitted := re.search(rf"in writing on ({DAY})", asked)) and _day(admitted[1]) < end:
            end = _later(_day(admitted[1]), years)
        assert filed > event
        assert problem.answer == ("in time" if filed <= end else "too late"), problem


def test_some_claims_are_filed_on_the_last_day_and_some_on_the_day_after() -> None:
    said = [re.search(rf"({DAY}) is (?:not )?after ({DAY})", p.solution or "") for p in _of("limitation")]
    apart = Counter((_day(found[1]) - _day(found[2])).days for found in said if found)
    assert apart[0] >= 10 and apart[1] >= 10


def test_the_court_may_take_a_case_when_no_state_is_shared_and_the_sum_is_above_the_limit() -> None:
    for problem in _of("jurisdiction"):
        facts_told, rule = problem.question.split(" Rule: ")
        named = re.findall("|".join(facts("jurisdiction")["states"]), facts_told)
        sums, (limit,) = _sums(facts_told), _sums(rule)
        total = sum(sums) if "under two contracts" in facts_told else max(sums)
        met = named[0] not in named[1:] and total > limit
        assert problem.answer == ("yes" if met else "no"), problem


def test_one_case_or_more_fails_by_a_sum_of_just_the_limit() -> None:
    assert any(_sums(p.question).count(_sums(p.question)[-1]) > 1 for p in _of("jurisdiction") if p.answer == "no")


def test_a_statement_is_shut_out_as_its_rule_says() -> None:
    for problem in _of("hearsay"):
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
    for problem in _of("hearsay"):
        if match := re.search(r"whether (.*?), an? .* answered with (a nod|a shake of the head)\.", problem.question):
            scene = next(s for s in facts("hearsay")["scenes"] if match[1] in (s["nodded"], s["shaken"]))
            assert scene["truth"] in problem.question or scene["other"] in problem.question
            assert match[1] == scene["nodded" if match[2] == "a nod" else "shaken"]


def _subject(statement: str) -> str:
    rows = facts("clause")
    for name, row in rows["numbers"].items():
        for key in ("inside", "outside", "statement"):
            if re.fullmatch(re.escape(row[key]).replace(r"\{w\}", r"[\d,]+"), statement):
                return str(name)
    return next(str(name) for name, row in rows["permissions"].items() if row["do"] in statement)


def _shown(problem: Problem) -> dict[str, str]:
    """Subject to clause, as the question shows them."""
    rows, found = facts("clause"), {}
    for clause in re.split(r" ?\(\d\) ", problem.question.split(' Statement: "')[0])[1:]:
        numbers = (n for n, row in rows["numbers"].items() if clause.startswith(row["clause"].split("{v}")[0]))
        permitted = (n for n, row in rows["permissions"].items() if row["do"] in clause)
        found[next(numbers, None) or next(permitted)] = clause
    return found


def _number(text: str) -> int:
    return int((re.search(r"\d[\d,]*", text) or ["0"])[0].replace(",", ""))


def _truth(clause: str, statement: str, subject: str) -> bool:
    """What a clause says of a statement, read from their words."""
    row = facts("clause")["numbers"].get(subject)
    if row is None:
        forms = (
            ("without asking", "even without consent"),
            ("only with", "and not without it"),
            ("must not", "in no case"),
        )
        return any(there in clause and said in statement for there, said in forms)
    inside = re.fullmatch(re.escape(row["inside"]).replace(r"\{w\}", r"[\d,]+"), statement)
    general, special = clause, ""
    if row["exception"].split("{x}")[0] in clause:
        cut = clause.index(row["exception"].split("{x}")[0])
        general, special = clause[:cut], clause[cut:]
    ruling, said = _number(special if inside else general), _number(statement)
    return said >= ruling if row["true"] == "at least" else said <= ruling


def test_a_label_follows_from_the_clause_on_the_subject_of_the_statement() -> None:
    for problem in _of("clause"):
        shown, statement = _shown(problem), _found(r'Statement: "(.*?)"', problem)[1]
        subject = _subject(statement)
        assert len(shown) == (1 if problem.groups["difficulty"] == "easy" else 3)
        if subject not in shown:
            assert problem.answer == "not mentioned", problem
        else:
            right = "entailment" if _truth(shown[subject], statement, subject) else "contradiction"
            assert problem.answer == right, problem


def test_hard_clauses_have_an_exception_whatever_the_label() -> None:
    exceptions = [row["exception"].split("{x}")[0] for row in facts("clause")["numbers"].values()]
    for problem in _of("clause"):
        there = any(exception in problem.question for exception in exceptions if len(exception) > 5)
        assert there == (problem.groups["difficulty"] == "hard"), problem


def test_subjects_are_as_many_as_the_card_says() -> None:
    assert len(subjects()) == 20


def test_a_citation_is_in_the_question_by_its_parts_and_can_exist() -> None:
    for problem in _of("citation"):
        (read,) = read_citations(problem.answer)
        assert read.standing == "possible", (problem.answer, read)
        matter = _found(r"citation of the decision on (.*)\.$", problem)[1]
        found = _found(rf"decision on {matter} stands in volume (\d+) of the (.*?), from page (\d+)", problem)
        short = facts("citation")["reporters"][found[2]]["short"]
        assert problem.answer == f"{found[1]} {short} {found[3]}"


def test_exactly_one_citation_fits_the_table() -> None:
    row = re.compile(r"([A-Z][\w. ]*?), volumes 1 to (\d+), years (\d+) to (\d+)")
    for problem in _of("reporter"):
        table = {name: (int(v), int(a), int(b)) for name, v, a, b in row.findall(problem.question)}
        fits = []
        for option in problem.options:
            volume, name, year = re.fullmatch(r"(\d+) (.*) \d+ \((\d{4})\)", option).groups()  # type: ignore[union-attr]
            last, begun, ended = table.get(name, (0, 0, 0))
            fits += [option] if 1 <= int(volume) <= last and begun <= int(year) <= ended else []
        assert fits == [problem.answer], problem


def test_neither_length_nor_volume_nor_name_gives_the_right_citation_away() -> None:
    """Of 180, chance is 45 right; 61 is the 99.7th percentile of Binomial(180, 1/4)."""

    def volume(option: str) -> int:
        return int(option.split()[0])

    def year(option: str) -> int:
        return int(option[-5:-1])

    for measure in (len, volume, year):
        for pick in (min, max):
            assert sum(pick(p.options, key=measure) == p.answer for p in _of("reporter")) <= 61, (measure, pick)


def test_a_nod_is_no_sign_of_what_the_answer_is() -> None:
    answers = Counter(p.answer for p in _of("hearsay") if "answered with a" in p.question)
    assert min(answers.values()) >= 8


def _combination(problem: Problem) -> tuple[object, ...]:
    """What a problem combines, read from what it says rather than from how it was made."""
    asked = problem.question
    told = asked.split(" Rule: ")[0]
    match problem.kind:
        case "deadline":
            return re.search(DAY, asked)[0], re.search(r"within (\d+)", asked)[1]  # type: ignore[index]
        case "limitation":
            return tuple(sorted(re.findall(DAY, asked)))
        case "jurisdiction":
            return (*re.findall("|".join(facts("jurisdiction")["states"]), told), *_sums(asked))
        case "hearsay":
            return (re.sub(r"\b[Aa]n? \d+-year-old (?!plaintiff|defendant)\w+|\b[Aa]n? \d+-year-old ", "", told),)
        case "clause":
            shown, statement = _shown(problem), _found(r'Statement: "(.*?)"', problem)[1]
            ruling = shown.get(_subject(statement))
            return (statement, ruling) if ruling else (statement, *sorted(shown.values()))
        case "citation":
            return (problem.answer,)
        case _:
            return tuple(sorted(problem.options))


@pytest.mark.parametrize("kind", GENERATED)
def test_no_combination_of_facts_is_in_both_splits(kind: str) -> None:
    found = {split: {_combination(p) for p in _of(kind) if p.split == split} for split in ("train", "heldout")}
    assert found["train"] and found["heldout"]
    assert not found["train"] & found["heldout"]


def test_the_handbook_holds_no_held_out_question_and_no_document_twice() -> None:
    documents = list(handbook(None))
    text = "\n".join(document.text for document in documents)
    assert 300 <= len(documents) <= 400 and text.isascii()
    assert len({d.text for d in documents}) == len(documents)
    assert {d.licence for d in documents} == {"Apache-2.0"}
    held = [p for p in PROBLEMS if p.split == "heldout"]
    assert not any(p.question in text for p in held)
    assert not any(p.answer in text for p in held if p.kind in ("citation", "reporter"))
    assert all(sum(d.source.endswith(f"/{kind}") for d in documents) >= 40 for kind in GENERATED)


def test_the_policy_requires_both_probes_and_each_attribute_that_is_swapped() -> None:
    required = {rule.finding for rule in load_policy(LEGAL.policy).required}
    for attribute in ("sex", "age", "race_ethnicity", "disability", "socioeconomic"):
        assert f"demographics/{attribute}/accuracy_difference" in required
    assert {finding.split("/")[0] for finding in required} == set(LEGAL.probes)


def test_a_day_of_the_week_that_does_not_fit_makes_a_date_wrong() -> None:
    problem = _of("deadline")[0]
    right = _day(problem.answer)
    said = {name: LEGAL.verify(problem, answer_line(f"{name} {problem.answer}")).status for name in dates.WEEKDAYS}
    assert {name for name, status in said.items() if status == "correct"} == {dates.weekday(right)}
