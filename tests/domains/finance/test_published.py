import json
from collections import Counter
from pathlib import Path

import pytest

from chartered.common.errors import DataError
from chartered.domains.finance import domain as FINANCE
from chartered.domains.finance.published import edgar
from chartered.domains.prompts import answer_line


@pytest.mark.parametrize(("name", "file"), [("tatqa", "tatqa_dev_90_tables"), ("convfinqa", "convfinqa_dev_60")])
def test_gold_answers_of_published_sets_are_accepted(shared_data: Path, name: str, file: str) -> None:
    problems = list(FINANCE.problem_set(name).load(shared_data / "finance" / f"{file}.jsonl.gz"))
    assert len(problems) >= 200 and {p.split for p in problems} == {"heldout"}
    right = 0
    for problem in problems:
        try:
            gold = json.loads(problem.answer)[0] if problem.answer.startswith("[") else problem.answer
        except ValueError:
            gold = problem.answer
        right += FINANCE.verify(problem, answer_line(str(gold))).status == "correct"
    assert right / len(problems) >= 0.98


@pytest.mark.filterwarnings("ignore:.*questions left out")
def test_headlines_are_read_one_problem_a_company(shared_data: Path) -> None:
    problems = list(FINANCE.problem_set("fiqa").load(shared_data / "finance" / "fiqa_headlines.jsonl.gz"))
    assert len(problems) >= 336 and len({p.groups["company"] for p in problems}) > 50
    assert set(Counter(p.answer for p in problems)) == {"positive", "neutral", "negative"}
    for problem in problems:
        assert FINANCE.verify(problem, answer_line(problem.answer)).status == "correct"


def _written(path: Path, content: object) -> Path:
    rows = content if isinstance(content, list) else [content]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


TATQA = {
    "table": {"table": [["", "2019"], ["Revenue", "1,496.5"]]},
    "paragraphs": [{"text": "In millions."}],
    "questions": [
        {"question": "What was revenue?", "answer": ["1,496.5"], "scale": "million"},
        {"question": "What rose?", "answer": ["Revenue from sales"], "scale": ""},
    ],
}


def test_questions_on_a_report_are_amounts_with_their_scale_or_words_of_the_text(tmp_path: Path) -> None:
    found = list(FINANCE.problem_set("tatqa").load(_written(tmp_path / "train.jsonl", TATQA)))
    assert [(p.kind, p.unit, p.split) for p in found] == [("amount", "million", "train"), ("span", None, "train")]
    assert "Revenue | 1,496.5" in found[0].question
    assert FINANCE.verify(found[0], answer_line("$1,496.5 million")).status == "correct"
    assert FINANCE.verify(found[0], answer_line("1,496.5 thousand")).status == "wrong"
    assert FINANCE.verify(found[1], answer_line("revenue from sales")).status == "correct"


@pytest.mark.filterwarnings("ignore:.*questions left out")
def test_scores_become_labels_and_two_sides_for_one_company_are_left_out(tmp_path: Path) -> None:
    def row(*scores: object) -> dict[str, object]:
        info = [{"target": "Acme", "sentiment_score": score} for score in scores]
        return {"sentence": "Acme news.", "info": info}

    path = _written(tmp_path / "test.jsonl", [row("0.5"), row(-0.3), row(0.05), row(0.4, -0.4)])
    with pytest.warns(UserWarning, match="1 with scores on two sides"):
        found = list(FINANCE.problem_set("fiqa").load(path))
    assert [p.answer for p in found] == ["positive", "negative", "neutral"]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("tatqa", {"table": [], "paragraphs": [], "questions": []}, "'table' must be an object"),
        ("tatqa", {**TATQA, "questions": "none"}, "'questions' must be a list"),
        ("convfinqa", {"annotation": {"dialogue_break": ["a", "b"], "exe_ans_list": [1]}}, "as many of both"),
        ("convfinqa", {"annotation": 3}, "'annotation' must be an object"),
        ("fiqa", {"sentence": "News.", "info": [{"target": "Acme", "sentiment_score": "much"}]}, "must be a number"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, name: str, content: object, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        list(FINANCE.problem_set(name).load(_written(tmp_path / "dev.jsonl", content)))


def test_turns_of_a_dialogue_carry_the_answers_before_them(tmp_path: Path) -> None:
    row = {
        "pre_text": ["Figures."],
        "post_text": [],
        "table": [["", "2008"], ["sales", "206588"]],
        "annotation": {"dialogue_break": ["what were sales?", "and half of it?"], "exe_ans_list": [206588.0, 103294.0]},
    }
    first, second = FINANCE.problem_set("convfinqa").load(_written(tmp_path / "dev.jsonl", row))
    assert first.answer == "206588.0" and len(first.prompt) == 1 and "sales | 206588" in first.question
    assert [turn["content"] for turn in second.prompt[1:]] == ["Answer: 206588.0", "and half of it?"]


PAGE = {"pre_text": ["Figures."], "post_text": ["In thousands."], "table": [["", "2008"], ["sales", "206588"]]}


@pytest.mark.filterwarnings("ignore:.*questions left out")
def test_questions_of_finqa_are_amounts_in_both_forms_or_yes_or_no(tmp_path: Path) -> None:
    given = [("94%", 0.93512), ("yes", "yes"), ("", "no"), ("5 years", "see text"), ("a lot", None)]
    rows = [{**PAGE, "qa": {"question": "What?", "answer": answer, "exe_ans": exe}} for answer, exe in given]
    found = list(FINANCE.problem_set("finqa").load(_written(tmp_path / "dev.json", rows)))
    assert [p.answer for p in found] == ['["94%", "0.93512"]', "yes", "no", "5 years"]
    assert {p.kind for p in found} == {"amount"} and "sales | 206588\nIn thousands.\nWhat?" in found[0].question
    for problem, right, wrong in zip(
        found, ("94 percent", "Yes, they rose", "No", "5"), ("9.4%", "no", "yes", "6"), strict=True
    ):
        assert FINANCE.verify(problem, answer_line(right)).status == "correct"
        assert FINANCE.verify(problem, answer_line(wrong)).status == "wrong"


def test_a_turn_of_a_dialogue_that_asks_whether_is_answered_with_yes_or_no(tmp_path: Path) -> None:
    row = {**PAGE, "annotation": {"dialogue_break": ["did sales rise?"], "exe_ans_list": ["yes"]}}
    (problem,) = FINANCE.problem_set("convfinqa").load(_written(tmp_path / "dev.jsonl", row))
    assert (problem.kind, problem.answer) == ("amount", "yes")
    assert FINANCE.verify(problem, answer_line("Yes, since they rose")).status == "correct"
    assert FINANCE.verify(problem, answer_line("No, they fell")).status == "wrong"


@pytest.mark.parametrize("name", ["finqa", "convfinqa"])
def test_a_set_that_is_not_on_the_hub_says_where_it_is(name: str) -> None:
    with pytest.raises(DataError, match=r"https://github\.com/czyssrs/"):
        FINANCE.problem_set(name).load(None)


def test_sections_of_reports_are_documents_and_short_ones_are_left_out(tmp_path: Path) -> None:
    path = _written(tmp_path / "10k.jsonl", {"filename": "1.txt", "section_1": "B" * 300, "section_7": "short"})
    assert [(d.text[:2], d.source) for d in edgar(path)] == [("BB", "eloukas/edgar-corpus/1.txt/section_1")]
    with pytest.raises(DataError, match="none of the fields section_1"):
        list(edgar(_written(tmp_path / "other.jsonl", {"filename": "1.txt", "text": "B" * 300})))
