"""Published medical question sets, read from a local file (see `chartered.domains.authoring.published`)."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from chartered.common.errors import DataError
from chartered.common.rows import missing
from chartered.domains.authoring import Index, Row, Unusable, field, published, read_problem_file
from chartered.domains.contract import Message, Problem, Split

MEDQA, PUBMEDQA = "GBaker/MedQA-USMLE-4-options", "qiaojin/PubMedQA"
MEDMCQA, HUATUO = "openlifescienceai/medmcqa", "FreedomIntelligence/medical-o1-verifiable-problem"
OPEN = "open"


def medqa(path: Path | None) -> Iterable[Problem]:
    """MedQA (Jin et al. 2020, arXiv 2009.13081): licensing examination questions with 4 or 5 options."""
    return read_problem_file(path, MEDQA, _medqa)


def pubmedqa(path: Path | None) -> Iterable[Problem]:
    """PubMedQA (Jin et al. 2019, arXiv 1909.06146): an abstract without its conclusion; yes, no or maybe."""
    return read_problem_file(path, PUBMEDQA, _pubmedqa)


def medmcqa(path: Path | None) -> Iterable[Problem]:
    """MedMCQA (Pal et al. 2022, arXiv 2203.14371): entrance examination questions with 4 options.

    `cop` counts from 1 in the authors' files and from 0 in the hub's; the file shows it, or it must be said.
    """
    return read_problem_file(path, MEDMCQA, _medmcqa, Index("cop", 4))


def huatuo(path: Path | None) -> Iterable[Problem]:
    """Verifiable problems of HuatuoGPT-o1 (Chen et al. 2024, arXiv 2412.18925): open questions, short answers."""
    return read_problem_file(path, HUATUO, _huatuo)


def _medqa(row: Row, where: str, split: Split) -> Problem:
    given = row.get("options")
    if isinstance(given, list):  # bigbio/med_qa: [{"key": "A", "value": "..."}]
        given = {field(option, "key", where): option.get("value") for option in given}
    if not isinstance(given, Mapping):
        raise DataError(f"{where}: the field 'options' must map letters to texts.")
    options = {str(letter): str(option).strip() for letter, option in given.items() if not missing(option)}
    letter = field(row, "answer_idx", where)
    if letter not in options:
        raise DataError(f"{where}: the answer {letter!r} is none of the letters {', '.join(options)}.")
    ordered = tuple(options[key] for key in sorted(options))
    return _problem("medqa", field(row, "question", where), ordered, options[letter], split)


def _pubmedqa(row: Row, where: str, split: Split) -> Problem:
    contexts = row.get("CONTEXTS", row.get("context"))
    if isinstance(contexts, Mapping):
        contexts = contexts.get("contexts")
    if not isinstance(contexts, list) or not contexts:
        raise DataError(f"{where}: the field 'CONTEXTS' must be a list of texts.")
    asked = field(row, "QUESTION" if "QUESTION" in row else "question", where)
    answer = field(row, "final_decision", where).lower()
    if answer not in ("yes", "no", "maybe"):
        raise DataError(f"{where}: the decision {answer!r} is none of yes, no, maybe.")
    text = "\n".join([*map(str, contexts), asked])
    return _problem("pubmedqa", text, ("yes", "no", "maybe"), answer, split)


def _medmcqa(row: Row, where: str, split: Split) -> Problem:
    if any(missing(row.get(key)) for key in ("opa", "opb", "opc", "opd")):
        raise Unusable("a blank option")
    options = tuple(field(row, key, where) for key in ("opa", "opb", "opc", "opd"))
    return _problem("medmcqa", field(row, "question", where), options, options[row["cop"]], split)


def _huatuo(row: Row, where: str, split: Split) -> Problem:
    asked, answer = field(row, "Open-ended Verifiable Question", where), field(row, "Ground-True Answer", where)
    return _problem(OPEN, asked, (), answer, split)


def _problem(kind: str, asked: str, options: tuple[str, ...], answer: str, split: Split) -> Problem:
    if len({option.lower() for option in options}) < len(options):
        raise Unusable("the same option twice")
    turn: tuple[Message, ...] = ({"role": "user", "content": asked},)
    return Problem(prompt=turn, answer=answer, kind=kind, domain="medical", split=split, options=options)


PUBLISHED = (
    published("medqa", "USMLE questions with 4 or 5 options", medqa, "MIT", MEDQA),
    published("pubmedqa", "questions on abstracts, yes/no/maybe", pubmedqa, "MIT", PUBMEDQA),
    published("medmcqa", "entrance examination questions, 4 options", medmcqa, "Apache-2.0", MEDMCQA),
    published("huatuo_verifiable", "open questions, short answers", huatuo, "Apache-2.0", HUATUO),
)
