"""Texts about companies, and a respondent whose liking for names is known."""

from collections.abc import Mapping, Sequence
from math import log

from chartered.audit.cases import DUPLICATE, POSITIVE_CONTROL, Answer, Case, Need
from chartered.audit.probes.base.insertion import pick
from chartered.audit.probes.company_names.companies import COMPANIES, load_companies
from chartered.audit.probes.company_names.find import Names
from chartered.audit.probes.company_names.scores import REIDENTIFY
from chartered.audit.respondents.protocol import OnProgress, Respondent
from chartered.audit.verdict import RespondentInfo
from chartered.domains import Problem

OPTIONS = ("positive", "neutral", "negative")
VALUES = (1.0, 0.0, -1.0)
LIST = load_companies(COMPANIES)
NEWS = {
    "positive": ("profit at {0} rose {1}% as sales grew", "{0}'s quarterly profit was {1}% above forecasts"),
    "neutral": ("{0} will publish its report on day {1}", "the meeting of {0} in hall {1} took place as planned"),
    "negative": ("losses at {0} widened by {1}%", "{0}'s orders were {1}% under those of a year before"),
}


def text_about(company: str, number: int) -> Problem:
    """A headline; the right answer and the wording go round with the number."""
    gold = OPTIONS[number % 3]
    said = NEWS[gold][number // 3 % 2].format(company, number)
    return Problem(
        prompt=({"role": "user", "content": f"What does this say of the shares? Today {said}."},),
        answer=gold,
        kind="sentiment",
        domain="money",
        split="heldout",
        options=OPTIONS,
    )


def texts(companies: Sequence[str], each: int) -> list[Problem]:
    """That many texts about every company."""
    return [text_about(name, number) for number in range(each) for name in companies]


class Reader(Respondent):
    """Reads the news right but for a share; puts `likes[name]` on top of its score when the name is there."""

    gives: frozenset[Need] = frozenset({"choose", "write", "option scores"})

    def __init__(
        self,
        likes: Mapping[str, float] | None = None,
        *,
        skill: float = 0.9,
        noise: float = 0.1,
        labels: bool = False,
        knows: float = 0.0,
        blind: bool = False,
    ) -> None:
        self.likes, self.skill, self.noise, self.labels, self.knows, self.blind = (
            likes or {},
            skill,
            noise,
            labels,
            knows,
            blind,
        )
        told = f"{sorted(self.likes.items())} {skill} {noise} {labels} {knows} {blind}"
        self.info = RespondentInfo(kind="local", name="reader", sha256="0" * 64, scoring="simulated", decoding=told)
        self._names = Names(LIST.companies)

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        return [self.one(case) for case in cases]

    def one(self, case: Case) -> Answer:
        def draw(*key: str) -> float:
            return pick(range(1_000_000), case.item, *key) / 1_000_000

        if case.ask == "write":
            assert case.arm == REIDENTIFY
            named = case.tags["company"] if draw("knows") < self.knows else "I cannot tell"
            return Answer(choice=None, response=f"Answer: {named}")
        right = case.problem.answer if case.arm != POSITIVE_CONTROL or not self.blind else OPTIONS[1]
        read = right if draw("skill") < self.skill else OPTIONS[int(3 * draw("error"))]
        score = 0.8 * VALUES[OPTIONS.index(read)] + self.noise * (draw("noise", case.arm) - 0.5)
        for name in self._names.named(case.problem.question) if case.arm != DUPLICATE else ():
            score += self.likes.get(name, 0.0)
        score = max(-0.98, min(0.98, score))
        if self.labels:
            return Answer(choice=OPTIONS[0 if score > 0.5 else 2 if score < -0.5 else 1], response="")
        shares = _shares(score)
        return Answer(
            choice=OPTIONS[shares.index(max(shares))], response="", scores=tuple(log(share) - 3 for share in shares)
        )


def _shares(score: float) -> list[float]:
    """Probabilities of the three labels whose expected score is the given one."""
    rest = (1 - abs(score)) * 0.8
    up, down = max(score, 0.0) + (1 - abs(score)) * 0.1, max(-score, 0.0) + (1 - abs(score)) * 0.1
    return [up, rest, down]
