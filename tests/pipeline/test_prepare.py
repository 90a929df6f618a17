import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from chartered.common.errors import DataError, PluginError
from chartered.domains import Domain, Problem, load_domain
from chartered.domains.records import problem_row, read_problems
from chartered.domains.verifiers import number
from chartered.pipeline.prepare import HELDOUT, TRAIN, file_hashes, prepare_data, stratified
from chartered.pipeline.recipe import Data


def _problem(text: str, split: str = "train", kind: str = "sum") -> Problem:
    return Problem(prompt=({"role": "user", "content": text},), answer="1", kind=kind, domain="toy", split=split)  # type: ignore[arg-type]


def _data(tmp_path: Path, problems: list[Problem], documents: list[str] | None = None) -> Data:
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(problem_row(p)) + "\n" for p in problems))
    corpora = []
    if documents is not None:
        corpus = tmp_path / "texts.jsonl"
        corpus.write_text("".join(json.dumps({"text": text}) + "\n" for text in documents))
        corpora = [{"path": corpus, "licence": "CC0-1.0"}]
    return Data.model_validate({"problems": ["sums", {"path": path}], "corpora": corpora})


def test_a_problem_in_both_splits_is_held_out_and_counted(tmp_path: Path, toy_domain: Domain) -> None:
    own = [_problem("What is one?"), _problem("What is one?", "heldout")]
    found = prepare_data(toy_domain, toy_domain, _data(tmp_path, own), tmp_path)
    assert found["dropped"] == {"training problem that is held out too": 1}
    train, heldout = (list(read_problems(tmp_path / name)) for name in (TRAIN, HELDOUT))
    assert not {p.id for p in train} & {p.id for p in heldout}
    assert own[0].id in {p.id for p in heldout}


def test_the_same_question_is_found_by_what_it_asks(tmp_path: Path, toy_domain: Domain) -> None:
    def size(text: str, answer: str, *options: str, split: str = "train") -> Problem:
        return replace(_problem(text, split, "size"), options=options, answer=answer)

    own = [
        size("Which is bigger?", "ox", "ant", "ox"),
        size("which  is\nBIGGER?", "ox", "ox", "ant", split="heldout"),  # other case, spaces and order of options
        size("Which is smaller?", "ant", "ant", "bee"),
        size("Which is smaller?", "bee", "ant", "bee"),  # nobody can say which is right
        size("Which is faster?", "bee", "ant", "bee"),
        size("Which is faster?", "bee", "bee", "ant"),
    ]
    found = prepare_data(toy_domain, toy_domain, _data(tmp_path, own), tmp_path)
    assert found["dropped"] == {
        "training problem that is held out too": 1,
        "question with two different answers": 2,
        "problem twice": 1,
    }


def test_rows_of_ones_own_that_cannot_be_used_are_left_out_and_counted(tmp_path: Path, toy_domain: Domain) -> None:
    data = _data(tmp_path, [_problem(f"What is {n}?", "heldout") for n in range(3)])
    path = tmp_path / "own.jsonl"
    path.write_text(
        path.read_text()
        + json.dumps({"prompt": "x", "answer": "a", "options": ["a", "a"], "kind": "size", "domain": "toy"})
        + "\n"
        + json.dumps({"prompt": "x", "answer": None, "kind": "sum", "domain": "toy"})
        + "\n"
    )
    found = prepare_data(toy_domain, toy_domain, data, tmp_path)
    assert found["dropped"] == {"problem with the same option twice": 1, "problem with no answer": 1}


def test_one_answer_of_ones_own_that_cannot_be_read_does_not_stop_the_set(tmp_path: Path, toy_domain: Domain) -> None:
    # the verifier `number` cannot read the answer "five"
    domain = replace(toy_domain, verifiers={**toy_domain.verifiers, "sum": number})
    own = [_problem(f"How much is {n} less {n - 1}?") for n in range(30)]
    own.append(replace(_problem("How much is two and three?"), answer="five"))
    found = prepare_data(domain, domain, _data(tmp_path, own), tmp_path)
    assert found["dropped"] == {"problem whose own answer is error to the verifier": 1}
    assert "five" not in {problem.answer for problem in read_problems(tmp_path / TRAIN)}


def test_the_base_of_the_answers_of_a_file_may_be_said_in_the_recipe(tmp_path: Path) -> None:
    medical, row = load_domain("medical"), {"opa": "one", "opb": "two", "opc": "three", "opd": "four", "cop": 2}
    path = tmp_path / "m.jsonl"
    path.write_text("".join(json.dumps({"question": f"Which of {n}?", **row}) + "\n" for n in range(3)))
    source = {"name": "medmcqa", "path": path}
    with pytest.raises(DataError, match="index_base in a recipe"):
        prepare_data(medical, medical, Data.model_validate({"problems": [source]}), tmp_path)
    prepare_data(medical, medical, Data.model_validate({"problems": [{**source, "index_base": 1}]}), tmp_path)
    assert {problem.answer for problem in read_problems(tmp_path / HELDOUT)} == {"two"}


def test_a_document_with_a_held_out_question_is_dropped_and_counted(tmp_path: Path, toy_domain: Domain) -> None:
    texts = ["A note:  WHAT is\none? It is.", "Something else.", "something  else."]
    found = prepare_data(
        toy_domain, toy_domain, _data(tmp_path, [_problem("What is one?", "heldout")], texts), tmp_path
    )
    assert found["documents"] == 1
    assert found["dropped"] == {"document with a held-out question": 1, "document twice": 1}


def test_nothing_held_out_is_refused(tmp_path: Path, toy_domain: Domain) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps(problem_row(_problem("x"))) + "\n")
    with pytest.raises(DataError, match="hold 0 held-out problems"):
        prepare_data(
            toy_domain, toy_domain, Data.model_validate({"problems": [{"path": tmp_path / "p.jsonl"}]}), tmp_path
        )


def test_a_corpus_of_ones_own_needs_a_licence(tmp_path: Path, toy_domain: Domain) -> None:
    data = Data.model_validate({"problems": ["sums"], "corpora": [{"path": tmp_path / "x.jsonl"}]})
    with pytest.raises(DataError, match=r"x\.jsonl: the corpus has no licence; add"):
        prepare_data(toy_domain, toy_domain, data, tmp_path)


def test_a_kind_without_a_verifier_is_refused_before_anything_is_trained(tmp_path: Path, toy_domain: Domain) -> None:
    with pytest.raises(PluginError, match="no verifier for problems of kind 'sun'; did you mean 'sum'"):
        prepare_data(toy_domain, toy_domain, _data(tmp_path, [_problem("x", kind="sun")]), tmp_path)


def test_a_missing_file_is_named_before_anything_is_computed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl: there is no such file; check `path`"):
        file_hashes(Data.model_validate({"problems": [{"path": tmp_path / "none.jsonl"}]}))


def test_a_stratified_choice_is_even_over_kinds_and_independent_of_the_order() -> None:
    problems = [_problem(f"q{i}", kind="many") for i in range(50)] + [_problem(f"r{i}", kind="few") for i in range(5)]
    chosen = stratified(problems, 20)
    assert Counter(p.kind for p in chosen) == {"many": 15, "few": 5}
    assert chosen == stratified(problems[::-1], 20)
    assert len(stratified(problems, 1000)) == 55


def test_an_answer_that_its_own_verifier_does_not_find_right_is_named(tmp_path: Path, toy_domain: Domain) -> None:
    domain = replace(toy_domain, verifiers={**toy_domain.verifiers, "sum": number})
    own = replace(_problem("How much is two and three?"), answer="five")
    with pytest.raises(
        DataError, match=r"its own answer 'five' is error to the verifier: the gold answer 'five' is not a quantity"
    ):
        prepare_data(domain, domain, _data(tmp_path, [own]), tmp_path)
