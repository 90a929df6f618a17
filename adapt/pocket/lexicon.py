"""Words, names and phrases that the generators draw, among them words that exist nowhere and can only be copied."""

import random
from collections.abc import Callable

Rng = random.Random


def _words(text: str) -> list[str]:
    return text.split()


NAMES = _words(
    "Omar Lena Mateo Yuki Amara Piotr Sofia Ravi Ingrid Kofi Mei Tomas Aisha Luca Nadia Felix Zainab Erik Carmen Hugo "
    "Priya Daniel Fatima Jonas Leila Victor Hana Samuel Olga Diego"
)
JOBS = _words("teacher baker sailor clerk student gardener driver painter cook farmer writer singer mason")
PLACES = _words("village market harbour school farm workshop museum station library garden forest office")
COLOURS = _words("red blue green yellow white black grey brown orange purple silver golden")
MATERIALS = _words("copper wooden glass paper iron woollen stone silk plastic leather brass clay")
OBJECTS = _words("kettle lamp basket chair rope button bottle wheel ticket ladder mirror bell drawer carpet map coin")
COUNTED = _words(
    "coins nails apples tiles seeds books candles bricks stamps beads eggs screws pages cups planks marbles"
)
HOLDERS = _words("box crate shelf bag tray sack drawer basket jar bundle")
MEASURES = _words("litres grams metres minutes points kilos credits tokens")
GAUGES = [
    *("boiler pressure", "tyre load", "oven heat", "tank level", "engine speed", "soil moisture", "cable tension"),
    *("lamp current", "room noise", "flour humidity", "river depth", "belt slack", "fan speed", "wax hardness"),
    *("pump flow", "roof load", "battery charge", "glue thickness"),
]

_ONSETS = _words(
    "b c d f g h j k l m n p r s t v w z bl br ch cl cr dr fl fr gl gr kl kr ph pl pr ps qu sc sh sk sl sm sn sp st "
    "str sw th tr tw x y"
)
_NUCLEI = _words("a e i o u a e i o u a e i o y ai ea ee ei eu ia ie io oa oi oo ou ua ue ui")
_CODAS = [""] * 30 + _words(
    "b c d f g k l m n p r s t x z ck ct ft ld ll lm lt mp nd ng nk nt pt rd rk rm rn rt ss st th"
)
_VERBS = _words("move open close paint clean carry fold lift mend sell check keep")


def pseudo_word(rng: Rng) -> str:
    """A word of two or three random syllables, or now and then of random letters."""
    if rng.random() < 0.1:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(4, 7)))
    count = rng.choices((2, 3), (6, 3))[0]
    return "".join(rng.choice(_ONSETS) + rng.choice(_NUCLEI) + rng.choice(_CODAS) for _ in range(count))


def name(rng: Rng) -> str:
    """A made-up name: one or two random words, a code, or a random word beside a real one."""
    shape = rng.random()
    if shape < 0.5:
        return pseudo_word(rng)
    if shape < 0.7:
        return f"{pseudo_word(rng)} {pseudo_word(rng)}"
    if shape < 0.8:
        return f"{''.join(rng.choices('ABCDEFGHKLMNPRSTXZ', k=2))}-{rng.randint(10, 99)}"
    return f"{rng.choice(COLOURS + MATERIALS)} {pseudo_word(rng)}"


def phrase(rng: Rng) -> str:
    """What an option may say: a made-up name, real words, a number with its unit, or a short instruction."""
    shape = rng.random()
    if shape < 0.45:
        made = name(rng)
    elif shape < 0.65:
        made = f"{rng.choice(COLOURS)} {rng.choice(MATERIALS)} {rng.choice(OBJECTS)}"
    elif shape < 0.75:
        made = f"{rng.randint(2, 900)} {rng.choice(MEASURES)}"
    else:
        verb = rng.choice(_VERBS)
        made = (
            f"{verb} the {rng.choice(OBJECTS)} {rng.choice(('and', 'with', 'near', 'before'))} the {pseudo_word(rng)}"
        )
    return made[0].upper() + made[1:] if rng.random() < 0.3 else made


def distinct(rng: Rng, count: int, draw: Callable[[Rng], str]) -> list[str]:
    """So many different draws of a generator such as `phrase`."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[draw(rng)] = None
    return list(found)


def person(rng: Rng) -> str:
    """Somebody, as a short story begins: by name, by age and trade, or both."""
    age, job = rng.randint(18, 88), rng.choice(JOBS)
    who = rng.choice(("man", "woman", "person", job))
    article = "An" if str(age).startswith("8") or age == 18 else "A"
    return rng.choice((rng.choice(NAMES), f"{article} {age}-year-old {who}", f"{rng.choice(NAMES)}, {age}, a {job},"))


def listed(parts: list[str]) -> str:
    """Parts joined as in a sentence: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(text: str) -> str:
    """The text with a capital at its start and a full stop at its end."""
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")
