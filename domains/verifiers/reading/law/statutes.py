"""Sections and parts of the codes of the United States: U.S.C. and C.F.R., in the forms in which people write them.

One citation: `50 U.S.C. § 1701`, `50 USC 1701`, `50 U.S.C.A. Sec. 1701`, "Section 1701 of title 50, United States
Code"; `29 CFR 1910.120` and `29 C.F.R. § 1910.120`; `I.R.C. § 501` and `26 U.S.C. § 501`. A range, a list and "et seq."
are each what they are and no single section; a part of the C.F.R. is not a section.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TITLES = {"U.S.C.": 54, "C.F.R.": 50}
"""The last title of each code."""
_CODES = {"u": "U.S.C.", "c": "C.F.R.", "i": "U.S.C."}
_CODE = (
    r"(?P<code>U\.?\s?S\.?\s?C(?:ode|\.)?(?:\s?[AS]\b\.?)?|U\.?\s?S\.?\s?Code|United\s+States\s+Code(?:\s+Annotated)?"
    r"|C\.?\s?F\.?\s?R\.?|Code\s+of\s+Federal\s+Regulations)(?![A-Za-z])(?P<app>,?\s*App(?:endix|x?\.)?(?![A-Za-z]))?"
)
_REVENUE = r"(?P<code>I\.?\s?R\.?\s?C\.?|Internal\s+Revenue\s+Code)(?:\s+of\s+19(?:54|86))?(?![A-Za-z])"
_SIGN = r"(?P<sign>§+|(?:sections?|secs?|ss|parts?|pts?)(?![A-Za-z])\.?)"
_END = r"(?![A-Za-z\d]|\.\d)"
_NUMBER = (
    rf"(?>\d{{1,6}}[A-Za-z]{{0,3}}(?![A-Za-z\d])(?:\.\d{{1,6}}[A-Za-z]{{0,2}}{_END})?"
    rf"(?:-\d{{1,6}}[A-Za-z]{{0,2}}{_END})*)"
)
_BELOW = r"(?>(?:\s?\((?!(?:1[789]|20)\d\d\))[0-9A-Za-z]{1,5}\)|-\d{1,3}(?![\d.]))*)"
# behind a number that is the volume of another citation: its reporter and its page
_ANOTHER = r"\s?(?-i:[A-Z])[\w.']*(?:\s[\w.']+){0,4}?\s(?:§\s?)?\d"
_NEXT = rf"(?:{_NUMBER}{_BELOW}(?!{_ANOTHER})|(?:\([0-9A-Za-z]{{1,5}}\))+)"
_MORE = rf"(?:\s*(?:-|to|through)\s*{_NEXT}|(?:\s*,|\s*,?\s*(?:and|or|&))\s*{_NEXT})*(?:\s*,?\s*et\.?\s?seq\b\.?)?"
_WHAT = rf"(?P<number>{_NUMBER})(?P<below>{_BELOW})(?P<more>{_MORE})"
_TITLE = r"(?<![\w.])(?:title\s+)?(?P<title>\d{1,3})"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_TITLE}\s*,?\s*(?:of\s+)?(?:the\s+)?{_CODE}\s*,?\s*{_SIGN}?\s*{_WHAT}",
        rf"{_SIGN}\s*{_WHAT}\s*,?\s*(?:of\s+)?(?:the\s+)?title\s+(?P<title>\d{{1,3}})\s*,?\s*(?:of\s+)?(?:the\s+)?{_CODE}",
        rf"{_TITLE}\s*,?\s*{_SIGN}\s*{_WHAT}\s*,?\s*(?:of\s+)?(?:the\s+)?{_CODE}",
        rf"(?<![\w.])(?:(?P<title>26)\s+)?{_REVENUE}\s*,?\s*{_SIGN}?\s*{_WHAT}",
        rf"{_SIGN}\s*{_WHAT}\s*,?\s*(?:of\s+)?(?:the\s+)?(?P<title>){_REVENUE}",
    )
]
_SPACES = re.compile(r"\s+")
_TO = re.compile(r"\s*(?:to|through|-)\s*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,?\s*(?:and|or|&)|,)\s*", re.IGNORECASE)
_ET_SEQ = re.compile(r"\s*,?\s*et\.?\s?seq\b\.?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Statute:
    """One citation of a code."""

    code: str
    """U.S.C. or C.F.R., with "app." behind it for an appendix."""
    title: int
    unit: str
    """§ or pt."""
    number: str
    """As it stands, such as 2000e-2, 1910.120 or 1701-1706."""
    below: str
    """Subsections, such as (a)(1)."""
    span: tuple[int, int]

    @property
    def name(self) -> str:
        """The usual form."""
        return f"{self.title} {self.code} {self.unit} {self.number}{self.below}"

    @property
    def fault(self) -> str:
        """Why there is no such title; empty where there is."""
        code = self.code.removesuffix(" app.")
        return "" if 1 <= self.title <= TITLES[code] else f"the {code} has no title {self.title}"


def statutes(text: str) -> Iterator[Statute]:
    """The citations of the two codes in a text, in order; those of states and of laws are not read."""
    found = [match for form in _FORMS for match in form.finditer(text)]
    end = 0
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        if match.start() >= end:
            end = match.end()
            yield _statute(match)


def _statute(match: re.Match[str]) -> Statute:
    code = _CODES[match["code"][0].lower()]
    number, below = _SPACES.sub("", match["number"]), _SPACES.sub("", match["below"])
    if "-" in below:  # as in 1.401(k)-1, which is the number of a regulation
        head, dash, tail = below.rpartition("-")
        digits = re.match(r"\d+", tail)
        assert digits is not None
        number, below = f"{number}{head}{dash}{digits[0]}", tail[digits.end() :]
    if match["more"]:
        number, below = number + below + _further(match["more"]), ""
    named = (match["sign"] or "").lower()
    part = named.startswith("p") or (code == "C.F.R." and not named and "." not in number)
    app = " app." if match.groupdict().get("app") else ""
    title = int(match["title"] or 26)
    return Statute(
        code=code + app,
        title=title,
        unit="pt." if part else "§",
        number=number.lower(),
        below=below,
        span=match.span(),
    )


def _further(more: str) -> str:
    """The rest of a range or list, in one form."""
    listed = _SPACES.sub("", _AND.sub(",", _TO.sub("-", _ET_SEQ.sub("", more))))
    return listed + (" et seq." if _ET_SEQ.search(more) else "")
