"""Legal forms after the name of a company, as they chain: Co., Ltd; Group plc; S.p.A.; AG & Co. KGaA; NV/SA.

Covered: the forms of English-speaking countries, Europe, Latin America and Asia in Latin letters, with and without
points and commas, as they are written and in capitals. In small letters ("Tesco group sales") they are words.
"""

import re

_WORDS = (
    "Inc Incorporated Corp Corporation Co Company Ltd Limited Plc LLC LLP LP Unlimited Group Groupe Gruppe Grupo "
    "Gruppo Holding Holdings Pty Pte Bhd Berhad Sdn Tbk AG SE SA SAS SARL SCA SpA Spa Srl NV BV ASA AB Ab Oyj Oy ApS "
    "KGaA KG GmbH OHG eG mbH Aktiengesellschaft Ltda Lda SAB SAPI JSC PJSC OJSC OAO PAO ZAO KK Cie"
)
_SMALL = "inc|corp|ltd|llc|llp|plc|gmbh|kgaa|pty|pte|bhd|sdn|tbk|oyj|ag|nv|bv|srl|co(?=\\.?,?\\s(?:ltd|inc|kg)\\b)"
"""Forms that are not words in small letters either."""
_POINTED = (
    r"S\.p\.A|S\.r\.l|S\.A\.S|S\.A\.B|S\.A|N\.V|B\.V|L\.L\.C|L\.L\.P|L\.P|P\.L\.C|p\.l\.c|K\.K|N\.A|S\.E|A\.G|A\.S|a\.s"
)
_PLACE = (
    r"\([A-Z][A-Za-z .]{0,20}\)(?=\s(?:Co|Inc|Ltd|Limited|LLC|Plc|PLC|plc|GmbH|AG|Pte|Pty|Sdn|Bhd|BV|B\.V|SA|S\.A)\b)"
)
"""Where a subsidiary is, in brackets before its form."""
_FORMS = "|".join(
    [
        r"(?:S\.?A\.?B?\.?|S\.? de R\.?L\.?) de C\.?V",
        _POINTED,
        *(f"{word}|{word.upper()}" for word in sorted(_WORDS.split(), key=len, reverse=True)),
        rf"A/S|S/A|{_SMALL}",
        # in a headline in capitals "AS" is a word
        r"AS(?=[.,;:)]|\s+[a-z(]|\s*$)",
        r"\((?:Pty|Pte|publ)\)",
        _PLACE,
    ]
)
_SPACE = r"[ \t\u00a0]{1,3}"
_AND = rf"(?:&|&amp;|and|und){_SPACE}"
LEGAL = rf"(?-i:{_FORMS})(?!\w)"
"""One legal form, without the full stop after it."""
CHAIN = rf"(?:,?{_SPACE}|,)(?:{_AND}(?=(?-i:Co|CO|Cie|KG)))?{LEGAL}(?:\.?(?:,?{_SPACE}|,|/)(?:{_AND})?{LEGAL}){{0,4}}"
"""Legal forms right after a name."""

_ABBREVIATED = re.compile(
    r"(?:\b(?:Inc|Corp|Cos?|Ltd|Ltda|Lda|Bros|Pty|Pte|Bhd|Sdn|Tbk|Cie)|\.(?:[A-Za-z]|C\.?V))$", re.IGNORECASE
)
_LONGER = re.compile(rf"(?:{_SPACE}[A-Z][\w&'-]{{0,30}}[a-z]){{1,3}},?{_SPACE}{LEGAL}")


def is_telling(name: str) -> bool:
    """Whether the legal form at the end of a name is more than a word that ordinary words have beside them, too."""
    return not name.lower().endswith((" company", " group"))


def is_abbreviated(name: str) -> bool:
    """Whether a full stop after a name may belong to it, as to "Inc"."""
    return bool(_ABBREVIATED.search(name))


def is_longer(text: str, end: int) -> bool:
    """Whether a name goes on after `end` with other words and a legal form: the name of another company."""
    return bool(_LONGER.match(text, end))
