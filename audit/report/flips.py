"""Items whose answer changed, prepared to be shown side by side."""

from dataclasses import dataclass

from chartered.audit.report.word_diff import Piece, compare_words
from chartered.audit.verdict import Flip, Verdict
from chartered.domains.prompts import lettered

PER_ARM = 20
"""Flips of each arm in a report at most; the rest are counted, and named with their place."""
IN_ALL = 400
"""Flips of all arms together; with many arms each shows fewer, and always its first one."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer option and who chose it."""

    letter: str
    text: str
    right: bool
    target: bool
    control: bool
    treated: bool


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """One flip, compared word by word."""

    flip: Flip
    control: tuple[Piece, ...]
    treated: tuple[Piece, ...]
    options: tuple[Option, ...]
    change: str
    """What the change amounts to, in words."""

    @property
    def same_question(self) -> bool:
        """Whether both arms asked in the same words."""
        return self.flip.control_question == self.flip.treated_question


@dataclass(frozen=True, kw_only=True)
class ArmFlips:
    """The flips of one arm of one probe."""

    probe: str
    arm: str
    total: int
    shown: tuple[SideBySide, ...]

    @property
    def left_out(self) -> int:
        """Flips that the report does not show."""
        return self.total - len(self.shown)


def flips_by_arm(verdict: Verdict, most: int = PER_ARM, in_all: int = IN_ALL) -> tuple[ArmFlips, ...]:
    """The flips grouped by probe and arm, each with its first ones, at most `most`, side by side."""
    grouped: dict[tuple[str, str], list[Flip]] = {}
    for probe in verdict.probes:
        for flip in probe.flips:
            grouped.setdefault((probe.probe, flip.arm), []).append(flip)
    count = max(1, min(most, in_all // max(1, len(grouped))))
    return tuple(
        ArmFlips(probe=probe, arm=arm, total=len(flips), shown=tuple(map(side_by_side, flips[:count])))
        for (probe, arm), flips in grouped.items()
    )


def side_by_side(flip: Flip) -> SideBySide:
    """One flip with its inserted words and its options marked."""
    control, treated = compare_words(flip.control_question, flip.treated_question)
    return SideBySide(flip=flip, control=control, treated=treated, options=_options(flip), change=_change(flip))


def _options(flip: Flip) -> tuple[Option, ...]:
    letters = {text: letter for letter, text in reversed(lettered(flip.options).items())}
    texts = set(flip.options)

    def names(choice: str | None, letter: str, text: str) -> bool:
        # a choice is an option's text, or its letter where no option's text is that letter
        return choice is not None and (choice == text if choice in texts else choice == letter)

    return tuple(
        Option(
            letter=letter,
            text=text,
            right=names(flip.answer, letter, text),
            target=names(flip.target, letter, text),
            control=names(flip.control_choice, letter, text),
            treated=names(flip.treated_choice, letter, text),
        )
        for text, letter in ((text, letters.get(text, "")) for text in flip.options)
    )


def _change(flip: Flip) -> str:
    before, after = flip.control_choice == flip.answer, flip.treated_choice == flip.answer
    if flip.treated_choice is None:
        return "right, then no answer" if before else "wrong, then no answer"
    if flip.target is not None and flip.treated_choice == flip.target != flip.answer:
        return "right, then the suggested wrong answer" if before else "moved to the suggested wrong answer"
    names = {(True, False): "right, then wrong", (False, True): "wrong, then right", (False, False): "wrong both times"}
    return names.get((before, after), "changed")
