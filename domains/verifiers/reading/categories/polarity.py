"""Whether a text says yes or no: by the word itself, with a sentence behind it, in a short clause, or at its end.

A hedge ("yes and no", "partly"), a contradiction ("yes ... so no"), a double denial ("not incorrect"), and a "no" that
belongs to a noun ("no change") say neither. Not covered: languages other than English; a sentence that has neither
word ("revenue rose"), since what it means hangs on the question.
"""

import re
from collections.abc import Set

from chartered.domains.verifiers.reading.tokens import plain

PAIRS = {"yes": "no", "true": "false", "correct": "incorrect", "right": "wrong"}
"""Words of agreement, and of the contrary."""
_AGREED = {"yes", "yeah", "yep", "yup", "y"}
_SPELLED = {"t": "true", "f": "false", "untrue": "false"}

_ADVERB = r"(?:(?:most )?likely|probably|definitely|certainly|absolutely|clearly|simply|indeed|actually|of course)"
_OPENING = rf"(?:so|thus|therefore|hence|overall|well|i would say|i'd say|i think|i believe|it seems|{_ADVERB})"
_SUBJECT = r"(?:it|this|that|the (?:final )?(?:statement|claim|assertion|proposition|answer))"
_COPULA = r"(?: (?:is|was|would be|must be|seems)|'s)"
_LEAD = rf"\W*(?:{_OPENING}[\s,:]+)*(?:{_SUBJECT}{_COPULA}[\s:]+)?(?:{_ADVERB} )?"
_PLAIN = re.compile(rf"{_LEAD}(?P<word>yes|yeah|yep|yup|no|nope|[yn](?=\W*\Z))(?![\w'])", re.IGNORECASE)
_JUDGED = re.compile(
    rf"(?:{_LEAD}(?P<denied>not )?|\W*{_SUBJECT} (?P<negated>(?:is|was)n'?t ))"
    r"(?P<word>true|false|correct|incorrect|right|wrong|untrue|[tf](?=\W*\Z))(?![\w'-])",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\W*(?:it|they|he|she|this|that|there|we) (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)"
    rf"(?P<denied> not|n't)?\W*|\W*{_ADVERB} (?P<refused>not)\W*",
    re.IGNORECASE,
)
"""A clause that is an answer by itself: "it did not", "they are", "certainly not"."""
_AFTER_NO = re.compile(
    r"\W*\Z|\s*[,;:!)(*\"-]|\.(?!\s*\d)|\s(?:because|since|as|it|they|he|she|this|that|the|these|those|there|we|i|its|their"
    r"|his|her|a|an|not)\b",
    re.IGNORECASE,
)
"""What may stand behind a "no" that is an answer: a noun makes it another word ("no change", "No. 5")."""
_HEDGE = (
    r"(?:(?:only |just )?(?:partly|partially|in part|to (?:some|a certain|a large) (?:extent|degree)|somewhat|sometimes"
    r"|mixed|mostly|largely|maybe|perhaps|possibly|sort of|kind of)|both|neither|depend(?:s|ing)"
    r"|un(?:clear|known|certain|sure)|not (?:entirely|completely|fully|quite|exactly|necessarily|always|really)"
    r"|not (?:sure|certain|clear|enough|known|possible)|cannot|can't|could not|impossible|undetermined|insufficient"
    r"|i (?:do not|don't|cannot|can't) (?:know|tell|say))\b"
)
_SOFT = rf"\W*(?:{_SUBJECT}{_COPULA}?\s)?{_HEDGE}"
_HEDGED = re.compile(_SOFT, re.IGNORECASE)
_HEDGED_AFTER = re.compile(
    rf"\W*(?:(?:and|but|though|although) )*{_SOFT}"
    r"|\W*(?:and|or|but|/)(?: also)?\W*(?:yes|no|true|false|(?:in)?correct|right|wrong)\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"(?:[,;:.-]\s*|\b(?:so|thus|hence|therefore|is|was|be|say)[\s:,\"']+)"
    r"(?P<denied>not )?(?P<word>yes|no|true|false|correct|incorrect)\W*\Z",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?:\A|[,;:.!?(-]\s*)(yes|no)(?=\s*(?:[,;:!?)]|\s-|\.(?!\s*\d)|\Z))", re.IGNORECASE)
_SIGNS = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "*": " ", "_": " "})


def says_yes(text: str, pairs: Set[str]) -> bool | None:
    """True for yes, False for no, None where the text says neither, or both.

    `pairs` are the words of agreement, of `PAIRS`, that count as an answer beside "yes".
    """
    text = " ".join(plain(text).translate(_SIGNS).split())
    if _HEDGED.match(text):
        return None
    first, end = _first(text, pairs)
    if end and _HEDGED_AFTER.match(text, end):
        return None
    claims = {first, _last(text, pairs), *(word.lower() == "yes" for word in _ALONE.findall(text))} - {None}
    return claims.pop() if len(claims) == 1 else None


def _first(text: str, pairs: Set[str]) -> tuple[bool | None, int]:
    """What a text begins with, and where that ends; 0 where it begins with no claim."""
    if plain := _PLAIN.match(text):
        agreed = plain["word"].lower() in _AGREED
        return (agreed, plain.end()) if agreed or _AFTER_NO.match(text, plain.end()) else (None, 0)
    if judged := _JUDGED.match(text):
        said = _judged(judged["word"], bool(judged["denied"] or judged["negated"]), pairs)
        return said, judged.end() if said is not None else 0
    if short := _SHORT.fullmatch(text):
        return not (short["denied"] or short["refused"]), short.end()
    return None, 0


def _last(text: str, pairs: Set[str]) -> bool | None:
    """What a text comes to with its last word."""
    last = _LAST.search(text[-60:])
    if last is None:
        return None
    if last["word"].lower() in ("yes", "no"):
        return None if last["denied"] else last["word"].lower() == "yes"
    return _judged(last["word"], bool(last["denied"]), pairs)


def _judged(word: str, denied: bool, pairs: Set[str]) -> bool | None:
    """What a word such as "correct" says where it counts; a contrary that is denied ("not incorrect") says neither."""
    word = _SPELLED.get(word.lower(), word.lower())
    agreed = word in PAIRS
    pair = word if agreed else next(yes for yes, no in PAIRS.items() if no == word)
    if pair not in pairs or (denied and not agreed):
        return None
    return agreed and not denied
