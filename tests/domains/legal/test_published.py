import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from chartered.common.errors import DataError
from chartered.domains import Problem
from chartered.domains.legal import domain as LEGAL
from chartered.domains.prompts import answer_line


@pytest.mark.parametrize(
    ("name", "file", "count"),
    [
        ("contract_nli", "contract_nli_dev_25_documents", 25 * 17),
        ("legalbench_hearsay", "legalbench_hearsay_train", 5),
        ("legalbench_personal_jurisdiction", "legalbench_personal_jurisdiction_train", 4),
        ("legalbench_diversity", "legalbench_diversity_1_train", 6),
        ("legalbench_abercrombie", "legalbench_abercrombie_train", 5),
    ],
)
def test_published_sets_are_read_whole(shared_data: Path, name: str, file: str, count: int) -> None:
    problems = list(LEGAL.problem_set(name).load(shared_data / "legal" / f"{file}.jsonl.gz"))
    assert len(problems) == len({p.id for p in problems}) == count
    assert {p.split for p in problems} == {"train" if file.endswith("train") else "heldout"}
    for problem in problems:
        assert LEGAL.verify(problem, answer_line(problem.answer)).status == "correct"
        assert all(
            LEGAL.verify(problem, answer_line(o)).status == "wrong" for o in problem.options if o != problem.answer
        )


def test_labels_of_contract_nli_agree_with_the_file(shared_data: Path) -> None:
    path = shared_data / "legal" / "contract_nli_dev_25_documents.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    right = Counter(a["choice"] for row in rows for a in row["annotation_sets"][0]["annotations"].values())
    assert Counter(p.answer for p in LEGAL.problem_set("contract_nli").load(path)) == right


STATEMENTS = {"nda-1": {"hypothesis": "Copies may be kept."}, "nda-2": {"hypothesis": "The term is one year."}}


DOCUMENT = {
    "text": "The Recipient may keep copies.",
    "annotation_sets": [{"annotations": {"nda-1": {"choice": "Entailment"}, "nda-2": {"choice": "NotMentioned"}}}],
}


def _nli(path: Path, content: object) -> list[Problem]:
    path.write_text(json.dumps(content), encoding="utf-8")
    return list(LEGAL.problem_set("contract_nli").load(path))


def test_contract_nli_is_read_as_it_is_published_and_as_rows(tmp_path: Path) -> None:
    published = _nli(tmp_path / "train.json", {"documents": [DOCUMENT], "labels": STATEMENTS})
    assert [p.answer for p in published] == ["Entailment", "NotMentioned"]
    assert {p.split for p in published} == {"train"}
    rows = _nli(tmp_path / "test.json", [{"premise": DOCUMENT["text"], "hypothesis": "It is so.", "label": 2}])
    assert [(p.answer, p.split) for p in rows] == [("NotMentioned", "heldout")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"documents": [], "labels": STATEMENTS}, "holds no documents"),
        ({"documents": [DOCUMENT], "labels": {}}, "'nda-1' has no text"),
        ({"documents": [{**DOCUMENT, "annotation_sets": []}], "labels": STATEMENTS}, "must hold statements"),
        ({"documents": [{**DOCUMENT, "text": ""}], "labels": STATEMENTS}, "'text' must be text"),
        ([{"premise": "a", "hypothesis": "b", "label": 3}], "must be 0, 1 or 2"),
        ([{"premise": "a", "hypothesis": "b", "label": True}], "must be 0, 1 or 2"),
        ([{"premise": "a", "hypothesis": "b", "label": [0]}], "must be 0, 1 or 2"),
    ],
)
def test_a_damaged_file_of_contract_nli_is_refused(tmp_path: Path, content: object, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        _nli(tmp_path / "dev.json", content)


def test_a_file_of_another_task_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "abercrombie.jsonl"
    path.write_text(json.dumps({"index": "0", "answer": "generic", "text": "The mark."}) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="is this the task hearsay"):
        list(LEGAL.problem_set("legalbench_hearsay").load(path))


def test_kinds_of_unfair_terms_are_sets_of_labels(tmp_path: Path) -> None:
    rows = [{"text": "You sue in Texas.", "labels": [6, 7]}, {"text": "Welcome.", "labels": []}]
    path = tmp_path / "test.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    two, none = LEGAL.problem_set("unfair_tos").load(path)
    assert (two.answer, none.answer) == ('["Jurisdiction", "Arbitration"]', "[]") and len(two.options) == 8
    assert LEGAL.verify(two, answer_line("Arbitration; Jurisdiction")).status == "correct"
    assert LEGAL.verify(none, answer_line("none")).status == "correct"
    assert LEGAL.verify(none, answer_line("Arbitration")).status == "wrong"


@pytest.mark.parametrize("labels", [None, "6", [8], ["x"], [-1]])
def test_labels_of_unfair_terms_that_are_none_are_refused(tmp_path: Path, labels: object) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps({"text": "Welcome.", "labels": labels}) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="list of numbers from 0 to 7"):
        list(LEGAL.problem_set("unfair_tos").load(path))
