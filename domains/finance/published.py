"""Published question sets on financial reports and news, read from a local file by `authoring.published`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError
from chartered.domains.authoring import (
    Row,
    Unusable,
    field,
    published,
    published_corpus,
    read_problems_of_rows,
    read_source,
)
from chartered.domains.contract import Document, Message, Problem, Split
from chartered.domains.finance.facts import DOMAIN
from chartered.domains.verifiers import amount

TATQA, CONVFINQA, FIQA = "next-tat/TAT-QA", "czyssrs/ConvFinQA", "TheFinAI/fiqa-sentiment-classification"
AMOUNT, SPAN, SENTIMENT = "amount", "span", "fiqa"
"""Kinds of problems: an amount, words of the text, a label."""
LABELS = ("positive", "neutral", "negative")
NEUTRAL = 0.1
"""Scores of FiQA nearer to zero than this are taken as neutral; the set itself has scores and no labels."""
EDGAR = "eloukas/edgar-corpus"
SECTIONS = ("section_1", "section_1A", "section_7", "section_7A")
"""Business, risk factors, management's discussion, market risk: the parts of a yearly report that are prose."""
SHORTEST = 200
"""Characters of a section that holds more than its heading."""
Converted = Iterator[Problem | Unusable]


def tatqa(path: Path | None) -> Iterable[Problem]:
    """TAT-QA (Zhu et al. 2021, arXiv 2105.07624): a table and paragraphs of a report; amounts, counts and spans."""
    return read_problems_of_rows(path, TATQA, _tatqa)


def convfinqa(path: Path | None) -> Iterable[Problem]:
    """ConvFinQA (Chen et al. 2022, arXiv 2210.03849): a dialogue on a page of a report; one problem for each turn.

    Earlier turns stand in the prompt with their right answers.
    """
    if path is None:
        raise DataError(
            f"the set {CONVFINQA} is not shipped; get data.zip from a commit of https://github.com/{CONVFINQA} that "
            "you choose and give train.json or dev.json as `path` in the recipe."
        )
    return read_problems_of_rows(path, CONVFINQA, _convfinqa)


def fiqa(path: Path | None) -> Iterable[Problem]:
    """FiQA 2018, task 1 (Maia et al. 2018): headlines and posts with a sentiment score for each company named."""
    return read_problems_of_rows(path, FIQA, _fiqa)


def edgar(path: Path | None) -> Iterator[Document]:
    """EDGAR-CORPUS (Loukas et al. 2021, arXiv 2109.14394): yearly reports of listed companies, by section."""
    for where, row in read_source(path, EDGAR):
        present = [section for section in SECTIONS if isinstance(row.get(section), str)]
        if not present:
            raise DataError(f"{where}: none of the fields {', '.join(SECTIONS)} holds text; give a file of {EDGAR}.")
        for section in present:
            if len(row[section]) >= SHORTEST:
                source = f"{EDGAR}/{row.get('filename', '?')}/{section}"
                yield Document(text=row[section], source=source, licence="Apache-2.0")


def _tatqa(row: Row, where: str, split: Split) -> Converted:
    table = _listed(_mapping(row, "table", where).get("table"), f"{where}: the table")
    paragraphs = [field(each, "text", where) for each in _listed(row.get("paragraphs"), f"{where}: 'paragraphs'")]
    context = "\n".join([_rows(table), *paragraphs])
    for question in _listed(row.get("questions"), f"{where}: 'questions'"):
        if "answer" not in question:
            yield Unusable("no answer (a test file)")
            continue
        given = question["answer"] if isinstance(question["answer"], list) else [question["answer"]]
        answer, unit = "; ".join(str(part).strip() for part in given), question.get("scale") or None
        if not answer:
            yield Unusable("an empty answer")
            continue
        yield _answered(_turns(f"{context}\n{field(question, 'question', where)}"), answer, unit, split)


def _convfinqa(row: Row, where: str, split: Split) -> Converted:
    page, asked, answers = _dialogue(row, where)
    if not asked or len(asked) != len(answers):
        raise DataError(f"{where}: {len(asked)} questions and {len(answers)} answers; there must be as many of both.")
    context = "\n".join([_joined(page.get("pre_text")), _table(page.get("table")), _joined(page.get("post_text"))])
    questions = [f"{context.strip()}\n{asked[0]}", *asked[1:]]
    for place, forms in enumerate(answers):
        before = chain.from_iterable(zip(questions[:place], (f"Answer: {each[0]}" for each in answers), strict=False))
        answer = forms[0] if len(set(forms)) == 1 else json.dumps(forms)
        yield _answered(_turns(*before, questions[place]), answer, None, split)


def _dialogue(row: Row, where: str) -> tuple[Mapping[str, Any], list[str], list[list[str]]]:
    """The page, the questions, and the forms of each answer; as first published, or as cleaned (`doc`, `dialogue`)."""
    if "dialogue" in row:
        dialogue, page = _mapping(row, "dialogue", where), _mapping(row, "doc", where)
        asked, executed = dialogue.get("conv_questions"), dialogue.get("executed_answers")
        written = _listed(dialogue.get("conv_answers"), f"{where}: 'conv_answers'")
    else:
        dialogue, page = _mapping(row, "annotation", where), row
        asked, executed = dialogue.get("dialogue_break"), dialogue.get("exe_ans_list")
        written = _listed(executed, f"{where}: 'exe_ans_list'")
    pairs = zip(written, _listed(executed, f"{where}: the computed answers"), strict=False)
    return page, [str(each) for each in _listed(asked, f"{where}: the questions")], [[str(a), str(b)] for a, b in pairs]


def _fiqa(row: Row, where: str, split: Split) -> Converted:
    sentence = field(row, "sentence", where)
    rated: dict[str, list[float]] = {}
    for each in row["info"] if isinstance(row.get("info"), list) else [row]:
        given: Any = each.get("sentiment_score", each.get("score"))
        try:
            rated.setdefault(field(each, "target", where), []).append(float(given))
        except (TypeError, ValueError) as error:
            raise DataError(f"{where}: the score must be a number, not {given!r:.40}.") from error
    for target, scores in rated.items():
        labels = {_label(score) for score in scores}
        if len(labels) > 1:
            yield Unusable("scores on two sides for one company")
            continue
        asked = f"{sentence}\nIs this positive, neutral or negative for {target}?"
        yield Problem(
            prompt=_turns(asked),
            answer=labels.pop(),
            kind=SENTIMENT,
            domain=DOMAIN,
            split=split,
            options=LABELS,
            groups={"company": target},
        )


def _label(score: float) -> str:
    return "neutral" if abs(score) < NEUTRAL else "positive" if score > 0 else "negative"


def _answered(turns: tuple[Message, ...], answer: str, unit: str | None, split: Split) -> Problem:
    """As an amount where the answer can be read as one, else as words of the text."""
    problem = Problem(prompt=turns, answer=answer, kind=AMOUNT, domain=DOMAIN, split=split, unit=unit)
    if amount(problem, f"Answer: {answer}").status != "error":
        return problem
    return Problem(prompt=turns, answer=answer, kind=SPAN, domain=DOMAIN, split=split)


def _turns(*texts: str) -> tuple[Message, ...]:
    """Turns of user and assistant, one after the other."""
    roles = ("user", "assistant")
    return tuple({"role": roles[place % 2], "content": text} for place, text in enumerate(texts))


def _rows(table: list[Any]) -> str:
    return "\n".join(" | ".join(str(cell).strip() for cell in line) for line in table)


def _table(given: Any) -> str:
    """A table as a list of rows, or by column: {"2007": {"dividends": 0.96}}."""
    if not isinstance(given, Mapping):
        return _rows(given) if isinstance(given, list) else ""
    names = dict.fromkeys(name for column in given.values() for name in column)
    return _rows([["", *given], *([name, *(column.get(name, "") for column in given.values())] for name in names)])


def _joined(given: Any) -> str:
    return " ".join(map(str, given)) if isinstance(given, list) else str(given or "")


def _listed(given: Any, what: str) -> list[Any]:
    if not isinstance(given, list):
        raise DataError(f"{what} must be a list, not {given!r:.40}.")
    return given


def _mapping(row: Row, key: str, where: str) -> Mapping[str, Any]:
    if not isinstance(row.get(key), Mapping):
        raise DataError(f"{where}: the field {key!r} must be an object, not {row.get(key)!r:.40}.")
    value: Mapping[str, Any] = row[key]
    return value


PUBLISHED = (
    published("tatqa", "questions on tables and paragraphs of reports", tatqa, "CC-BY-4.0", TATQA),
    published("convfinqa", "dialogues on pages of reports", convfinqa, "MIT", CONVFINQA),
    published("fiqa", "headlines and posts: positive, neutral or negative for a company", fiqa, "MIT", FIQA),
)
REPORTS = published_corpus("edgar", "sections of yearly reports to the SEC, 1993 to 2020", edgar, "Apache-2.0", EDGAR)
