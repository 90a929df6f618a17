"""How answers are announced, by language: words of an answer line and sentences that close a response.

`marker` are alternatives of a pattern before a colon or the like, `closing` before the answer itself; `joined` says
that no space stands between words. To teach a language, add an entry; English alone has forms without a colon.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Language:
    """Announcements of an answer in one language, as alternatives of patterns in lower case."""

    marker: str
    closing: str
    keywords: str
    """Words of which each closing sentence holds one."""
    joined: bool = False


_NOUN = r"(?:answer|answer choice|choice|option|response|result|letter|diagnosis)"

LANGUAGES = {
    "en": Language(
        keywords="answer|choice|option|response|result|letter|diagnosis",
        marker=(
            r"(?:(?:so|thus|hence|therefore|here is|here's|and)[, ]+)?(?:(?:the|my|our)\s+)?"
            r"(?:(?:final|correct|best|right|short|numerical|overall)\s+)*(?:answer|ans)(?:\s+choice|\s+option)?"
            r"|(?:the\s+)?(?:final|correct|best|right)\s+(?:choice|option|result|decision|verdict)"
        ),
        closing=(
            rf"(?:the|my|our)\s+(?:(?:final|correct|best|right|required|requested|overall|single|likely|most|likeliest)\s+){{0,3}}"
            rf"{_NOUN}(?:\s+(?:to|for)\s+(?:this|the|your)\s+(?:question|problem|exercise))?\s*(?:choice\s+)?"
            rf"(?:is|was|would be|must be|should be|will be|has to be)"
            r"|(?:correct|right|best|final)\s+answer\s*(?:is|:)"
            r"|answer\s*:"
        ),
    ),
    "de": Language(
        keywords="antwort|lösung",
        marker=r"(?:(?:die|meine)\s+)?(?:(?:endgültige|richtige|korrekte|finale)\s+)?(?:antwort|lösung)"
        r"|endergebnis",
        closing=r"(?:die|meine)\s+(?:(?:endgültige|richtige|korrekte|finale)\s+)?(?:antwort|lösung)\s+(?:ist|lautet)",
    ),
    "fr": Language(
        keywords="réponse",
        marker=r"(?:(?:la|ma)\s+)?(?:bonne\s+)?réponse(?:\s+(?:finale|correcte))?",
        closing=r"(?:la|ma)\s+(?:bonne\s+)?réponse(?:\s+(?:finale|correcte))?\s+est",
    ),
    "es": Language(
        keywords="respuesta",
        marker=r"(?:(?:la|mi)\s+)?respuesta(?:\s+(?:final|correcta))?",
        closing=r"(?:la|mi)\s+respuesta(?:\s+(?:final|correcta))?\s+es",
    ),
    "pt": Language(
        keywords="resposta",
        marker=r"(?:(?:a|minha)\s+)?resposta(?:\s+(?:final|correta))?",
        closing=r"(?:a|minha)\s+resposta(?:\s+(?:final|correta))?\s+(?:é|e)",
    ),
    "it": Language(
        keywords="risposta",
        marker=r"(?:(?:la|mia)\s+)?risposta(?:\s+(?:finale|corretta|esatta))?",
        closing=r"(?:la|mia)\s+risposta(?:\s+(?:finale|corretta|esatta))?\s+(?:è|e)",
    ),
    "nl": Language(
        keywords="antwoord",
        marker=r"(?:het\s+)?(?:(?:juiste|definitieve)\s+)?antwoord",
        closing=r"het\s+(?:(?:juiste|definitieve)\s+)?antwoord\s+is",
    ),
    "ru": Language(
        keywords="ответ",
        marker=r"(?:окончательный\s+|правильный\s+)?ответ",
        closing=r"правильный\s+ответ\s*(?:-|:)",
    ),
    "zh": Language(
        keywords="答案|选|選",
        marker=(
            r"(?:最终|正确|最終|正確|参考)?"
            r"(?:答案|答案选项|选项|選項|答)"
        ),
        closing=(
            r"(?:最终|正确|最終|正確)?(?:的)?"
            r"(?:答案|选项|選項|选择)(?:应该|应|應|就)?(?:是|为|為)(?:选项|選項)?"
            r"|(?:故|因此|所以|综上|应|应该|只能|本题|此题|本題)[，,\s]*(?:本题|此题)?(?:应)?(?:选择|选|選擇|選)(?:项|項)?"
            r"|(?m:^)[ \t]*(?:选择|选|選擇|選)(?=[ \t]*[A-Z(])"
        ),
        joined=True,
    ),
    "ja": Language(
        keywords="答え|正解|解答",
        marker=r"(?:最終的な|正しい)?(?:答え|解答|回答|正解)",
        closing=r"(?:答え|正解|解答)は",
        joined=True,
    ),
    "ko": Language(keywords="정답|답", marker=r"(?:최종\s*)?(?:정답|답)", closing=r"(?:정답|답)(?:은|이)", joined=True),
}
