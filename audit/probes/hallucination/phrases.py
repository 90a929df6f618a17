"""English phrases by which a response denies that a thing exists, says that it is not known, or states nothing of it.

Each is a regular expression for text in lower case, tried at the start of any word unless it begins with `^`. `<it>` is
the thing or what stands for it, `<thing>` the thing alone, `<noun>` a word for such things, `<not>` a negation.
"""

import re

THING = "xthingx"
"""Stands for the thing, whose own name may hold full stops."""

_NOUN = (
    r"(?:drug|medicine|medication|substance|syndrome|disease|disorder|condition|act|law|statute|legislation|case"
    r"|citation|decision|judgment|court|company|firm|group|business|term|index|ratio|species|animal|plant|mineral"
    r"|element|paper|article|study|name|title)"
)
_SHORTHAND = {
    "<it>": rf"(?:{THING}|it|they|this|that|these|(?:the|this|that|such an?|any|an?) (?:\w+ )?{_NOUN})",
    "<thing>": THING,
    "<noun>": _NOUN,
    "<not>": r"(?: not|n't| never)",
}


def _any_of(*phrases: str) -> re.Pattern[str]:
    anchored = (phrase if phrase.startswith("^") else rf"\b{phrase}" for phrase in phrases)
    pattern = "|".join(anchored)
    for name, meaning in _SHORTHAND.items():
        pattern = pattern.replace(name, meaning)
    return re.compile(pattern)


NOT_REAL = _any_of(
    # it does not exist
    r"<it>(?: \w+){0,2}? (?:do|does|did|has|have)<not> (?:\w+ )?(?:to )?exist",
    r"non-?existent\b",
    r"never existed\b",
    r"none exists\b",
    # it is made up
    r"(?:is|are|was|be|seems?|appears?|looks? like)(?: to be| like)? (?:an? |the )?(?:\w+ )?"
    r"(?:fictional|fictitious|made[- ]up|imaginary|invented)\b",
    # it is not a real one, or a known one
    r"(?:there|<it>) (?:is|are|was|were) not a (?:real|recogni[sz]ed|known|actual|valid|genuine|described|approved)\b"
    r"(?! to (?!me|science))",
    r"<it> (?:is|was|has)<not> (?:been )?(?:an? |any |in |something )?(?:\w+ )?"
    r"(?:real|recogni[sz]ed|known|actual|valid|genuine|described|approved anywhere|standard|listed|found|passed|enacted"
    r"|one (?:that )?(?:i|parliament)|i (?:know|recogni[sz]e|have)|my (?:knowledge|data)|available to me|<noun> i)\b"
    r"(?! to (?!me|science|exist))",
    r"<it> (?:is|was)(?: not|n't) (?:actually |really )?(?:an?|any|the name of an?) (?:\w+ ){0,2}?<noun>\b",
    r"<it> (?:is|was|remains?) (?:entirely |completely )?unknown\b",
    # there is none
    r"there(?:'s| is| are| was| were) no(?:thing)? (?:\w+ ){0,3}?(?:<noun> )?"
    r"(?:called|named|known as|by|of|with|under) (?:the )?(?:<thing>|(?:that|this)? ?(?:name|title))",
    r"there(?:'s| is| are| was) no "
    r"(?:such|(?:\w+ )?<thing>|(?:public |known )?(?:record|trace|mention|information))\b",
    r"there (?:is|are|was|does|do)(?: not|n't) (?:seem to be |appear to be |to be )?(?:an?|any)\b",
    r"(?:think|believe) there is an? <noun> (?:of|with|by) that\b",
    # nothing is called that, or described
    r"(?:no|nothing|nobody|none)\b[^.]{0,50}\b(?:called|named|(?:by|of|with|under) (?:that|this|the) (?:name|title))",
    r"^no such\b",
    r"^no <noun> (?:\w+ ){0,3}?such\b",
    r"no <thing>\b",
    r"(?:is|was) called that\b",
    r"^(?:nothing|nobody|no one|none) (?:\w+ ){0,6}?(?:describes?|mentions?|lists?|records?|knows?|calls?)\b",
    r"have not described (?:an?|any)\b",
    # the name leads nowhere
    r"<it>(?: you mention)? (?:do|does|did)<not> "
    r"(?:seem to be|seem to exist|appear|correspond|match|refer|show up|ring)\b",
    r"(?:do|does|did)(?: not|n't) (?:match|correspond to|refer to) (?:an?|any)\b",
    r"rings no bell\b",
    # it is another thing
    r"misspel",
    r"typo\b",
    r"you mean\b",
    r"thinking of\b",
)
"""The thing is said not to exist, or to be another one."""

NOT_KNOWN = _any_of(
    # I am not aware of it
    r"i(?: am|'m| was)<not> (?:\w+ )?"
    r"(?:aware|familiar|sure|certain|able|acquainted|programmed|in a position)\b",
    r"i(?: am|'m) (?:un(?:able|aware|familiar|sure|certain)|afraid|sorry)\b",
    r"unfamiliar\b",
    r"(?:unknown|unclear|not available|not known) to me\b",
    r"(?:name|title|term) (?:is|was) not (?:one|something)\b",
    r"not (?:one|something) (?:that )?i\b",
    # I do not know, cannot find, have nothing
    r"i (?:do|did|would|have|had)<not> (?:\w+ )?"
    r"(?:know|have|had|recogni[sz]e|recall|possess|hold|think|want|come|heard|seen)\b",
    r"i (?:can|could)(?:not| not|'t|n't) (?:\w+ )?"
    r"(?:find|locate|verify|confirm|identify|recogni[sz]e|trace|help|assist|answer|say|tell|provide|describe|give)\b",
    r"un(?:able|willing) to (?:\w+)\b",
    r"i (?:can |could )?(?:have|had|possess|find|found|know|hold|see)(?: of)? (?:no|nothing|neither)\b",
    r"i have (?:very )?little (?:to go on|information)\b",
    r"i lack\b",
    r"i have never\b",
    r"never heard\b",
    r"came up (?:empty|with nothing)\b",
    # there is no information
    r"(?:no|nothing|not|n't)\b.{0,25}\b(?:information|data|details|knowledge|record|trace|on|about) (?:on |of |about )?"
    r"<thing>",
    r"(?:information|data|details|knowledge)\b.{0,40}\b(?:not|n't|no|nothing)\b",
    r"^(?:unknown|none|n/a|not known|no information|no answer|unclear|not applicable|not an? real)\b",
    # I decline
    r"^sorry\b",
    r"apologi[sz]e\b",
    r"as an ai\b",
    r"(?:would|prefer|want) (?:rather )?not (?:to )?(?:describe|say|guess|answer|speculate)\b",
    r"irresponsible\b",
    r"guess(?:ing)?\b",
    r"invent(?:ion)?\b",
    r"speculat\w+\b",
)
"""The speaker does not know it, or declines."""

IDLE = re.compile(
    # a condition
    r"^(?:if|whether|assuming|suppos\w+|perhaps|(?:it|this|xthingx) (?:may|might|could)"
    # advice, or a question back
    r"|please|consult|check|talk to|see a|ask|could you|can you|let me|how can"
    # courtesy
    r"|unfortunately|i hope|thank|sure|i(?: am|'m) (?:a language|sorry|an ai)|(?:the|that|this) name sounds)\b"
)
"""States nothing of the thing."""
