"""Published question sets on financial reports and news, read from a local file by `authoring.published`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError
from chartered.common.rows import Row, Unusable, missing
from chartered.domains.authoring import (
    field,
    published,
    published_corpus,
    read_problems_of_rows,
    read_source,
)
from chartered.domains.contract import Document, Message, Problem, Split
from chartered.domains.finance.facts import DOMAIN
from chartered.domains.verifiers import ByGold, amount
from chartered.domains.verifiers.categories.yes_no import gold_agrees

TATQA, FIQA = "next-tat/TAT-QA", "TheFinAI/fiqa-sentiment-classification"
FINQA, CONVFINQA = "czyssrs/FinQA", "czyssrs/ConvFinQA"
AMOUNT, SPAN, SENTIMENT = "amount", "span", "fiqa"
"""Kinds of problems: an amount or yes or no, words of the text, a label."""
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
    return read_problems_of_rows(_of_github(path, CONVFINQA, "data.zip"), CONVFINQA, _convfinqa)


def finqa(path: Path | None) -> Iterable[Problem]:
    """FinQA (Chen et al. 2021, arXiv 2109.00122): a question on a page of a report; an amount, or yes or no."""
    return read_problems_of_rows(_of_github(path, FINQA, "the folder dataset"), FINQA, _finqa)


def _of_github(path: Path | None, name: str, part: str) -> Path:
    if path is None:
        raise DataError(
            f"the set {name} is not shipped; get {part} from a commit of https://github.com/{name} that you choose "
            "and give train.json or dev.json as `path` in the recipe."
        )
    return path


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
    questions = [f"{_page(page)}\n{asked[0]}", *asked[1:]]
    for place, forms in enumerate(answers):
        before = chain.from_iterable(zip(questions[:place], (f"Answer: {each[0]}" for each in answers), strict=False))
        answer = forms[0] if len(set(forms)) == 1 else json.dumps(forms)
        yield _answered(_turns(*before, questions[place]), answer, None, split)


def _finqa(row: Row, where: str, split: Split) -> Converted:
    given = _mapping(row, "qa", where)
    written = [str(given[key]).strip() for key in ("answer", "exe_ans") if not missing(given.get(key))]
    forms = list(dict.fromkeys(form for form in written if _kind(form, None) == AMOUNT))
    if not forms:
        yield Unusable("an answer that is neither an amount nor yes or no" if written else "no answer (a test file)")
        return
    if len({gold_agrees(form) for form in forms}) > 1:
        yield Unusable("an answer that is both yes or no and an amount")
        return
    asked = f"{_page(row)}\n{field(dict(given), 'question', where)}"
    yield _answered(_turns(asked), forms[0] if len(forms) == 1 else json.dumps(forms), None, split)


def _page(page: Mapping[str, Any]) -> str:
    """The text before a table, the table, and the text after it."""
    parts = [_joined(page.get("pre_text")), _table(page.get("table")), _joined(page.get("post_text"))]
    return "\n".join(parts).strip()


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
    """As an amount, or yes or no, where the answer can be read so, else as words of the text."""
    kind = _kind(answer, unit)
    unit = unit if kind == AMOUNT and gold_agrees(answer) is None else None
    return Problem(prompt=turns, answer=answer, kind=kind, domain=DOMAIN, split=split, unit=unit)


def _kind(answer: str, unit: str | None) -> str:
    asked = Problem(prompt=_turns("?"), answer=answer, kind=AMOUNT, domain=DOMAIN, split="train", unit=unit)
    return SPAN if ByGold(amount)(asked, f"Answer: {answer}").status == "error" else AMOUNT


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
    published("finqa", "questions on pages of reports: an amount, or yes or no", finqa, "MIT", FINQA),
    published("convfinqa", "dialogues on pages of reports", convfinqa, "MIT", CONVFINQA),
    published("fiqa", "headlines and posts: positive, neutral or negative for a company", fiqa, "MIT", FIQA),
)
REPORTS = published_corpus("edgar", "sections of yearly reports to the SEC, 1993 to 2020", edgar, "Apache-2.0", EDGAR)
