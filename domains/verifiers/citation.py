"""Citations of cases and statutes: is it the one asked for, and can there be such a thing at all?

Forms of one citation are one: with other spaces and points ("347 U. S. 483", "123 F.Supp.3d 456"), with the name of the
case before it, a page and a year behind it; codes of the United States in all forms of `reading.statutes`, state codes
as far as `eyecite` reads them. Citations of one case in several reporters ("347 U.S. 483, 74 S. Ct. 686 (1954)") are
right if the one asked for is among them, and none of them is impossible or another than the gold one in its reporter.

What the gold one does not have may be added: subsections, a page within the case, a year. What it has must not differ:
subsections must be the same ones, and a year or an inner page that is given must be the same.

Covered: whether a reporter of that name exists, whether it had begun, not ended and reached the volume in the year of
the citation, and whether the court that is named sat then (`eyecite`, `reporters-db`, `courts-db`); titles of the two
federal codes. So the best that is said without a list is "such a reporter and volume can exist". **It is never said
that such a case exists**, and a citation that passes may well be made up. Only a list of cases that a user gives can
say more: "it is in the list".

Not covered: whether a page is the first of a case, whether the name of the case fits, whether citations side by side
are of one case beyond their reporters, short forms ("id.", "supra"), citation styles, reporters outside the United
States that reporters-db does not hold.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from chartered.domains.contract import Check, Problem, Verifier
from chartered.domains.verifiers.answered import answered
from chartered.domains.verifiers.reading.law.citations import Cited, read_cited, side_by_side
from chartered.domains.verifiers.reading.law.statutes import Statute
from chartered.domains.verifiers.reading.numbers.numerals import LONGEST_LINE, forms

Standing = Literal["listed", "possible", "impossible"]

_LAST_VOLUME = {
    "F.": 300, "F.2d": 999, "F. Supp.": 999, "F. Supp. 2d": 999, "A.": 200, "A.2d": 999, "N.E.": 200, "N.E.2d": 999,
    "N.W.": 300, "P.": 300, "P.2d": 999, "S.E.": 200, "S.W.": 300, "S.W.2d": 999, "So.": 200, "So. 2d": 999,
}  # fmt: skip
"""Last volumes of series that are closed, as their publisher numbered them; reporters-db holds years, not volumes."""
_HIGHEST_VOLUME = 9999
_YEAR = re.compile(r"\d{4}")


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
        read = [one.key for one in read_cited(case)]
        if not read:
            raise ValueError(f"the list of cases holds {case[:80]!r}, in which no citation can be read.")
        found.update(read)
    return frozenset(found)


def read_citations(text: str, cases: frozenset[str] = frozenset()) -> list[Citation]:
    """Every full citation of a text, with its standing; `cases` comes from `listed`."""
    return [_judged(one, cases) for one in read_cited(text)]


def _check(problem: Problem, response: str, cases: frozenset[str] | None) -> Check:
    return answered(response, lambda line: _compared(problem, line, cases))


def _compared(problem: Problem, line: str, cases: frozenset[str] | None) -> Check:
    gold = _gold(problem.answer)
    free = cases is not None and problem.answer.strip().lower() == "any"
    if not gold and not free:
        return Check(status="error", score=0.0, reason=f"no citation can be read from the gold {problem.answer[:80]!r}")
    found = list(side_by_side(line)) if len(line) <= LONGEST_LINE else []
    if len({frozenset(one.key + one.added["below"] for one in case) for case in found}) != 1:
        return Check(status="no_answer", score=0.0, reason=f"{len(found)} citations stand at the answer line, not one")
    judged = {one.key: _judged(one, cases or frozenset()) for one in found[0]}
    if free:
        right, said = next(((True, one) for one in judged.values() if one.standing == "listed"), (False, None))
    else:
        fitting = [one for one in found[0] if any(one.fits(known) for known in gold)]
        right, said = bool(fitting), judged[fitting[0].key] if fitting else None
    said = said or next(iter(judged.values()))
    if right and (why := _contradiction(found[0], judged, gold)):
        return Check(status="wrong", score=0.0, answer=said.text, reason=why)
    if right:
        return Check(status="correct", score=1.0, answer=said.text, reason=said.reason)
    return Check(status="wrong", score=0.0, answer=said.text, reason=f"not the citation asked for; {said.reason}")


def _contradiction(case: Sequence[Cited], judged: Mapping[str, Citation], gold: Sequence[Cited]) -> str:
    """What is wrong with one of several citations of a case, of which another is right; empty if nothing is."""
    for one in case if len(case) > 1 else ():
        if judged[one.key].standing == "impossible":
            return f"of the citations side by side {one.name} cannot be: {judged[one.key].reason}"
        known = [other for other in gold if other.reporter == one.reporter]
        if known and not any(one.fits(other) for other in known):
            return f"of the citations side by side {one.name} is another than {known[0].name}"
    return ""


@lru_cache(maxsize=4096)
def _gold(answer: str) -> tuple[Cited, ...]:
    return tuple(one for form in forms(answer) for one in read_cited(form))


def _judged(cited: Cited, cases: frozenset[str]) -> Citation:
    one, name = cited.source, cited.name
    if one is None:
        return Citation(text=name, standing="impossible", reason=f"no reporter is known by the name in {name!r}")
    if cited.key in cases:
        return Citation(text=name, standing="listed", reason="it is in the list of cases that was given")
    if isinstance(one, Statute):
        wrong, noun = one.fault, "title"
    else:
        wrong = _wrong_volume(one) or _wrong_year(one) or _wrong_court(one)
        noun = "title" if "title" in one.groups else "volume"
    if wrong:
        return Citation(text=name, standing="impossible", reason=wrong)
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
