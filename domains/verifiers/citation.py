"""Citations of cases and statutes: is it the one asked for, and can there be such a thing at all?

Covered: whether a reporter of that name exists, whether it had begun, not ended and reached the volume in the year of
the citation, and whether the court that is named sat then (`eyecite`, `reporters-db`, `courts-db`). So the best that
is said without a list is "such a reporter and volume can exist". **It is never said that such a case exists**, and a
citation that passes may well be made up. Only a list of cases that a user gives can say more: "it is in the list".

Not covered: whether a page is the first of a case, parallel citations, short forms ("id.", "supra"), citation styles,
reporters outside the United States that reporters-db does not hold.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from chartered.domains.contract import Check, Problem, Verifier
from chartered.domains.verifiers.reading.numerals import LONGEST_LINE, folded_line, forms
from chartered.domains.verifiers.reading.response import final_answer

Standing = Literal["listed", "possible", "impossible"]

LONGEST = 20_000
"""Characters of a text that are searched for citations; the end of a longer one is kept, where answers stand."""

_LAST_VOLUME = {
    "F.": 300, "F.2d": 999, "F. Supp.": 999, "F. Supp. 2d": 999, "A.": 200, "A.2d": 999, "N.E.": 200, "N.E.2d": 999,
    "N.W.": 300, "P.": 300, "P.2d": 999, "S.E.": 200, "S.W.": 300, "S.W.2d": 999, "So.": 200, "So. 2d": 999,
}  # fmt: skip
"""Last volumes of series that are closed, as their publisher numbered them; reporters-db holds years, not volumes."""
_HIGHEST_VOLUME = 9999
_LOOKS_CITED = re.compile(r"(?<![\w.])(\d{1,5})\s([A-Z][A-Za-z0-9.' ]{1,40}?)\s(\d{1,6})(?!\w)")
_YEAR = re.compile(r"\d{4}")
_SPACES = re.compile(r"[\s.]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """One citation of a text, and what can be said of it."""

    text: str
    """Volume, reporter and page (or title and section) in the usual form, such as "347 U.S. 483"."""
    standing: Standing
    reason: str


def citation(problem: Problem, response: str) -> Check:
    """Compare the one citation of the answer line with the gold one; the reason says whether it can exist.

    The gold answer may be a JSON list of acceptable ones, for instance parallel citations.
    """
    return _check(problem, response, None)


def citation_in(cases: Iterable[str]) -> Verifier:
    """A `citation` with a local list of cases, such as the lines of a user's file.

    The reason says where a citation is in the list. A problem whose gold answer is the word "any" takes each that is.

    Raises:
        ValueError: a line of the list holds no citation that can be read.
    """
    known = listed(cases)

    def checked(problem: Problem, response: str) -> Check:
        return _check(problem, response, known)

    return checked


def listed(cases: Iterable[str]) -> frozenset[str]:
    """The citations of a list of cases, one or more a line, in the form in which they are compared.

    Raises:
        ValueError: a line holds no citation that can be read.
    """
    found = set()
    for case in cases:
        read = [_compact(one) for one, _ in _read(case)]
        if not read:
            raise ValueError(f"the list of cases holds {case[:80]!r}, in which no citation can be read.")
        found.update(read)
    return frozenset(found)


def read_citations(text: str, cases: frozenset[str] = frozenset()) -> list[Citation]:
    """Every full citation of a text, with its standing; `cases` comes from `listed`."""
    return [_judged(name, one, cases) for name, one in _read(text)]


def _check(problem: Problem, response: str, cases: frozenset[str] | None) -> Check:
    line = final_answer(response)
    if line is None:
        return Check(status="no_answer", score=0.0, reason="there is no answer line")
    gold = _gold(problem.answer)
    free = cases is not None and problem.answer.strip().lower() == "any"
    if not gold and not free:
        return Check(status="error", score=0.0, reason=f"no citation can be read from the gold {problem.answer[:80]!r}")
    found = read_citations(line, cases or frozenset()) if len(line) <= LONGEST_LINE else []
    if len({_compact(one.text) for one in found}) != 1:
        return Check(status="no_answer", score=0.0, reason=f"{len(found)} citations stand at the answer line, not one")
    said = found[0]
    right = said.standing == "listed" if free else _compact(said.text) in gold
    if right:
        return Check(status="correct", score=1.0, answer=said.text, reason=said.reason)
    return Check(status="wrong", score=0.0, answer=said.text, reason=f"not the citation asked for; {said.reason}")


@lru_cache(maxsize=4096)
def _gold(answer: str) -> frozenset[str]:
    return frozenset(_compact(name) for form in forms(answer) for name, _ in _read(form))


def _compact(citation: str) -> str:
    """What two spellings of a citation share: "347 U. S. 483" and "347 U.S. 483"."""
    return _SPACES.sub("", citation).lower()


def _read(text: str) -> list[tuple[str, Any]]:
    """Each full citation of a text in the usual form, with what eyecite found, or None for an unknown reporter."""
    text = folded_line(text[-LONGEST:])
    found: list[tuple[int, str, Any]] = []
    taken: list[tuple[int, int]] = []
    for one in _finder()(text):
        if type(one).__name__ in ("FullCaseCitation", "FullLawCitation", "FullJournalCitation"):
            found.append((one.span()[0], one.corrected_citation(), one))
            taken.append(one.span())
    for match in _LOOKS_CITED.finditer(text):
        if "." in match[2] and not any(start < match.end() and match.start() < end for start, end in taken):
            found.append((match.start(), " ".join(match[0].split()), None))
    return [(name, one) for _, name, one in sorted(found, key=lambda entry: entry[0])]


def _judged(name: str, one: Any, cases: frozenset[str]) -> Citation:
    if one is None:
        return Citation(text=name, standing="impossible", reason=f"no reporter is known by the name in {name!r}")
    if _compact(name) in cases:
        return Citation(text=name, standing="listed", reason="it is in the list of cases that was given")
    if wrong := _wrong_volume(one) or _wrong_year(one) or _wrong_court(one):
        return Citation(text=name, standing="impossible", reason=wrong)
    noun = "title" if "title" in one.groups else "volume"
    return Citation(text=name, standing="possible", reason=f"such a reporter and {noun} can exist; no more is known")


def _editions(one: Any) -> list[Any]:
    return [one.edition_guess] if one.edition_guess else list(one.all_editions)


def _wrong_volume(one: Any) -> str:
    volume = one.groups.get("volume") or ""
    if not volume.isdecimal():
        return ""
    last = max((_LAST_VOLUME.get(edition.short_name, _HIGHEST_VOLUME) for edition in _editions(one)), default=0)
    return "" if 1 <= int(volume) <= last else f"{one.corrected_reporter()} has no volume {volume}"


def _wrong_year(one: Any) -> str:
    year, editions = _year(one), _editions(one)
    if year is None or not editions or any(_within(year, edition) for edition in editions):
        return ""
    return f"{one.corrected_reporter()} was not published in {year}"


def _year(one: Any) -> int | None:
    said = str(one.metadata.year or "")
    return int(said) if _YEAR.fullmatch(said) else None


def _within(year: int, edition: Any) -> bool:
    """Whether an edition came out in a year; cases of a year are printed up to one year later."""
    begun, ended = edition.start, edition.end
    return (begun is None or begun.year - 1 <= year) and (ended is None or year <= ended.year)


def _wrong_court(one: Any) -> str:
    year, court = _year(one), getattr(one.metadata, "court", None)
    begun = _court_years().get(court) if court else None
    return f"the court {court!r} did not sit before {begun}" if begun and year and year < begun else ""


@cache
def _court_years() -> dict[str, int]:
    """The year in which each court of courts-db first sat, where it says."""
    import courts_db

    starts = {court["id"]: [span.get("start") for span in court.get("dates", [])] for court in courts_db.courts}
    years = {name: [int(start[:4]) for start in spans if start] for name, spans in starts.items()}
    return {name: min(found) for name, found in years.items() if found}


@cache
def _finder() -> Callable[[str], list[Any]]:
    """`eyecite.get_citations`; importing it reads the tables of reporters, half a second."""
    import eyecite

    return eyecite.get_citations
