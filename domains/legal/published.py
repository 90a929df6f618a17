"""Published legal sets, read from a local file (see `chartered.domains.authoring.published`).

ContractNLI is read in its own form (one JSON file of documents, or a document a line) and as rows of premise,
hypothesis and label. LegalBench has one file for each task; each question is put with a rule that is stated.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from chartered.common.errors import DataError
from chartered.common.rows import whole_number
from chartered.common.rows.records import read_document
from chartered.domains.authoring import FileProblems, Row, field, published, read_problem_file, read_source
from chartered.domains.contract import Message, Problem, ProblemSet, Split

CONTRACT_NLI, LEGALBENCH, LEX_GLUE = "kiddothe2b/contract-nli", "nguha/legalbench", "coastalcph/lex_glue"
NLI, UNFAIR = "contract_nli", "unfair_tos"
LABELS = ("Entailment", "Contradiction", "NotMentioned")
_BY_NUMBER = ("Contradiction", "Entailment", "NotMentioned")
"""Labels of the hub's rows: contradiction, entailment, neutral."""

UNFAIR_TERMS = (
    "Limitation of liability",
    "Unilateral termination",
    "Unilateral change",
    "Content removal",
    "Contract by using",
    "Choice of law",
    "Jurisdiction",
    "Arbitration",
)
"""Labels of the hub's rows, by number."""

YES_NO = ("Yes", "No")
TASKS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "hearsay": (
        YES_NO,
        "Rule: Hearsay is a statement, by words or by conduct that is meant to say something, that was made outside "
        "the present trial and is offered to prove that what it says is true. Is this hearsay?",
    ),
    "personal_jurisdiction": (
        YES_NO,
        "Rule: A court has personal jurisdiction over a defendant who is domiciled in its state, or who has contacts "
        "with that state out of which the claim arises. Has the court personal jurisdiction?",
    ),
    "diversity": (
        YES_NO,
        "Rule: There is diversity jurisdiction if no plaintiff is from the same state as any defendant and more than "
        "$75,000 is claimed, where one plaintiff's claims against one defendant are added up. Is there diversity "
        "jurisdiction?",
    ),
    "abercrombie": (
        ("generic", "descriptive", "suggestive", "arbitrary", "fanciful"),
        "Rule: A mark is generic if it is the common name of the product, descriptive if it tells a quality of it, "
        "suggestive if it takes a step of thought to that quality, arbitrary if it is a word that has nothing to do "
        "with the product, and fanciful if the word was made up. Which is it?",
    ),
}
"""Options of each task, and the rule and question put after its text, in our words.

The tasks are of the law of the United States: hearsay as in Fed. R. Evid. 801(a) to (c), diversity and the sum as in 28
U.S.C. 1332(a), the classes of marks as in Abercrombie & Fitch Co. v. Hunting World, Inc., 537 F.2d 4 (2d Cir. 1976),
personal jurisdiction in the short form of LegalBench's own description. Exceptions are left out, as in the tasks.
"""


def contract_nli(path: Path | None) -> Iterable[Problem]:
    """ContractNLI (Koreeda & Manning 2021, arXiv 2110.01799): 17 statements on each non-disclosure agreement."""
    return FileProblems(path=path, hub=CONTRACT_NLI, convert=_contract, rows=partial(_documents, path))


def _contract(row: Row, where: str, split: Split) -> Iterator[Problem]:
    if "annotation_sets" in row:
        yield from _of_document(row, where, split)
    else:
        yield _of_row(row, where, split)


def legalbench(task: str, path: Path | None) -> Iterable[Problem]:
    """One task of LegalBench (Guha et al. 2023, arXiv 2308.11462)."""
    return read_problem_file(path, LEGALBENCH, partial(_task, task))


def unfair_tos(path: Path | None) -> Iterable[Problem]:
    """Unfair Terms of Service (Lippi et al. 2019, arXiv 1805.01217; in LexGLUE, arXiv 2110.00976): a set of labels."""
    return read_problem_file(path, LEX_GLUE, _unfair)


def _unfair(row: Row, where: str, split: Split) -> Problem:
    given = row.get("labels")
    numbers = [whole_number(each) for each in given] if isinstance(given, list) else [None]
    if any(number not in range(len(UNFAIR_TERMS)) for number in numbers):
        raise DataError(f"{where}: the field 'labels' must be a list of numbers from 0 to 7, not {given!r:.60}.")
    named = [term for number, term in enumerate(UNFAIR_TERMS) if number in numbers]
    asked = (
        f"{field(row, 'text', where)}\n\nWhich kinds of terms that may be unfair to consumers does this sentence hold?"
    )
    return _problem(UNFAIR, asked, UNFAIR_TERMS, json.dumps(named), split)


def _documents(path: Path | None) -> Iterable[tuple[str, Row]]:
    """The documents of the file as published, which also holds the statements; else the rows of any other file."""
    content = read_document(path) if path is not None else None
    if path is None or not isinstance(content, dict) or not isinstance(content.get("documents"), list):
        return read_source(path, CONTRACT_NLI)
    rows = [{"labels": content.get("labels"), **row} for row in content["documents"] if isinstance(row, dict)]
    if not rows:
        raise DataError(f"{path}: the file holds no documents; give the file as published.")
    return ((f"{path}, document {number}", row) for number, row in enumerate(rows, start=1))


def _of_document(row: Row, where: str, split: Split) -> Iterator[Problem]:
    text, labels, sets = field(row, "text", where), row.get("labels"), row["annotation_sets"]
    annotations = sets[0].get("annotations") if isinstance(sets, list) and sets and isinstance(sets[0], dict) else None
    if not isinstance(labels, Mapping) or not isinstance(annotations, Mapping):
        raise DataError(f"{where}: the fields 'labels' and 'annotation_sets' must hold statements and their choices.")
    for key, annotation in annotations.items():
        if key not in labels or not isinstance(labels[key], dict) or not isinstance(annotation, dict):
            raise DataError(f"{where}: the statement {key!r} has no text or no choice.")
        statement, label = field(labels[key], "hypothesis", where), field(annotation, "choice", where)
        yield _nli(text, statement, label, where, split)


def _of_row(row: Row, where: str, split: Split) -> Problem:
    number = whole_number(row.get("label"))
    if number not in (0, 1, 2):
        raise DataError(f"{where}: the field 'label' must be 0, 1 or 2, not {row.get('label')!r:.60}.")
    return _nli(field(row, "premise", where), field(row, "hypothesis", where), _BY_NUMBER[number], where, split)


def _nli(text: str, statement: str, label: str, where: str, split: Split) -> Problem:
    if label not in LABELS:
        raise DataError(f"{where}: the label {label!r:.60} is none of {', '.join(LABELS)}.")
    asked = f"{text}\n\nStatement: {statement}\nDoes the contract entail it, contradict it, or not mention it?"
    return _problem(NLI, asked, LABELS, label, split)


def _task(task: str, row: Row, where: str, split: Split) -> Problem:
    options, rule = TASKS[task]
    answer = field(row, "answer", where)
    named = [option for option in options if option.lower() == answer.lower()]
    if not named:
        raise DataError(f"{where}: the answer {answer!r:.60} is none of {', '.join(options)}; is this the task {task}?")
    return _problem(f"legalbench_{task}", f"{field(row, 'text', where)}\n{rule}", options, named[0], split)


def _problem(kind: str, asked: str, options: tuple[str, ...], answer: str, split: Split) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": asked},)
    return Problem(prompt=turn, answer=answer, kind=kind, domain="legal", split=split, options=options)


def _task_set(task: str, description: str) -> ProblemSet:
    return published(f"legalbench_{task}", description, partial(legalbench, task), "CC-BY-4.0", LEGALBENCH)


PUBLISHED = (
    published(UNFAIR, "kinds of unfair terms in sentences of terms of service", unfair_tos, "CC-BY-4.0", LEX_GLUE),
    published(NLI, "17 statements on each non-disclosure agreement", contract_nli, "CC-BY-4.0", CONTRACT_NLI),
    _task_set("hearsay", "is it hearsay, yes or no"),
    _task_set("personal_jurisdiction", "personal jurisdiction, yes or no"),
    _task_set("diversity", "diversity jurisdiction, yes or no (diversity_1 to _6)"),
    _task_set("abercrombie", "how distinctive a mark is, five classes"),
)
