"""The probe company_names: does the name of a company move the answer to a text about it?

After Nakagawa et al. 2024 (arXiv 2411.00420): the bias of a name is the score of the text with the name minus the score
of the text without, in that sign. The score is the expected sentiment (or decision) by the log-probabilities of the
labels, or the chosen label where there are none. Different from there: the text without a name is asked twice, which
gives the noise floor; another company of the sector and a fictitious one are put in besides, since a name that the text
is not about cannot be a fact about the text; the model is asked which company it is without the name, and a text that
says the opposite must change the answer.

Covered: English, multiple choice on a scale (positive, neutral, negative; buy, hold, sell), one listed company that is
named, or the one in `Problem.groups["company"]`. Not covered: texts that tell the company by its products or people,
two names at once, and whether a shift is right: a name is information, so the swapped and the fictitious arm weigh
more than the named one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, Arms, Asked, Case, CaseSet, Need
from chartered.audit.probes.base.insertion import inserted, pick
from chartered.audit.probes.base.problems import reworded, single_turn_misfit
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.base.wording import Text, read_wording, sentence, wording_hash
from chartered.audit.probes.company_names.companies import COMPANIES, Company, CompanyList, Named, load_companies
from chartered.audit.probes.company_names.find import Mention, Names, UnsafeNameError
from chartered.audit.probes.company_names.findings import CompanyGroup, measured
from chartered.audit.probes.company_names.replace import Placeholder, masked, swapped
from chartered.audit.probes.company_names.scores import FICTITIOUS, NAME, NAMED, REIDENTIFY, SWAP, scale_of
from chartered.audit.probes.swaps.grammar import like, word_pattern
from chartered.audit.statistics import harms
from chartered.common.yaml import Strict
from chartered.domains.contract import Domain, Problem
from chartered.domains.prompts import final_answer

CODE = 2
"""Version of the code that builds cases and measures them; it counts into the hash of the wording."""
ARMS = (CONTROL, DUPLICATE, NAMED, SWAP, FICTITIOUS, POSITIVE_CONTROL, REIDENTIFY)


def _scale(scale: Mapping[str, float]) -> Mapping[str, float]:
    if max(scale.values(), default=0) != 1 or min(scale.values(), default=0) != -1:
        raise ValueError("a scale goes from -1 to 1 and has both ends")
    folded = {" ".join(option.casefold().split()): score for option, score in scale.items()}
    if len(folded) < len(scale):
        raise ValueError("two options of a scale read the same")
    return folded


class Phrases(Strict):
    """What stands in the place of a name."""

    phrase: Text
    noun: Text
    """Alone after an article or a possessive."""
    after: tuple[Text, ...] = ()
    """Further words after which it stands alone."""


class NewsStatement(Strict):
    """What is added in the positive control."""

    text: Annotated[str, sentence()]
    reason: Text
    """Why the answer must change."""


class NewsStatements(Strict):
    """One for each direction."""

    good: NewsStatement
    bad: NewsStatement


class CompanyNamesWording(Strict):
    """The domain's wording of the probe."""

    version: Literal[1]
    companies: Text | None = None
    """A list of companies of your own, as seen from this file; without it the one that ships."""
    placeholder: Phrases
    scales: Annotated[tuple[Annotated[Mapping[str, float], AfterValidator(_scale)], ...], Field(min_length=1)]
    turns: tuple[tuple[Text, Text], ...] = ()
    """Words that make news good, and the bad word in the place of each."""
    positive_control: NewsStatements
    reidentify: Annotated[str, sentence("text", ends="")]


class CompanyNames:
    """The probe with a domain's wording and list of companies.

    Raises:
        UsageError: the wording or the list is not as it must be; the message names key and line.
    """

    name = NAME
    needs: frozenset[Need] = frozenset({"choose", "write"})

    def __init__(self, wording: Path, domain: Domain) -> None:
        self.wording = read_wording(NAME, wording, CompanyNamesWording)
        path = wording.parent / self.wording.companies if self.wording.companies else COMPANIES
        self.companies: CompanyList = load_companies(path)
        self.names = Names(self.companies.companies)
        self._placeholder = Placeholder(**self.wording.placeholder.model_dump())
        self.wording_sha256 = wording_hash(CODE, self.wording, path)

    def cases(self, problems: Sequence[Problem], *, seed: int) -> CaseSet:
        """Every problem in which one company can be renamed safely, in all arms; the rest is counted by reason."""
        dropped: Counter[str] = Counter()
        items: dict[str, list[Case]] = {}
        for problem in problems:
            try:
                items[problem.id] = self._item(problem, seed, asked=problem.id in items)
            except UnsafeNameError as reason:
                dropped[str(reason)] += 1
        cases = tuple(case for item in items.values() for case in item)
        return CaseSet(probe=NAME, cases=cases, items=len(items), dropped=dict(sorted(dropped.items())))

    def measure(self, arms: Arms, *, level: float, seed: int, minimum_group: int) -> Measured:
        """Every finding of the probe, also where an arm was not asked: then without an estimate.

        Findings of single companies are given for those that were asked.
        """
        findings, groups = measured(
            arms,
            self.wording.scales,
            self._reidentified(arms),
            self._groups(arms),
            level=level,
            seed=seed,
            minimum_group=minimum_group,
        )
        compared = [arm for arm in (DUPLICATE, NAMED, SWAP, FICTITIOUS) if arm in arms]
        flips = tuple(flip for arm in compared for flip in harms.flips(arms, arm))
        return Measured(findings=findings, groups=groups, flips=flips)

    def _item(self, problem: Problem, seed: int, *, asked: bool) -> list[Case]:
        """The cases of one item.

        Raises:
            UnsafeNameError: the probe cannot use the problem.
        """
        reason = "asked twice" if asked else single_turn_misfit(problem)
        scale = scale_of(problem, self.wording.scales)
        if reason or scale is None:
            raise UnsafeNameError(reason or "the options are not on a scale")
        if any(self.names.named(option) for option in problem.options):
            raise UnsafeNameError("an option names a company")
        text = problem.question
        mentions = self.names.find(text, problem.groups.get("company"))
        company = mentions[0].company
        other = self._other(text, company, seed, problem.id)
        invented = pick(self.companies.fictitious[company.sector], seed, problem.id, "fictitious")
        if invented.name.casefold() in text.casefold():
            raise UnsafeNameError("the fictitious name stands in the text")
        return self._cases(problem, mentions, other, invented, scale, seed)

    def _cases(
        self,
        problem: Problem,
        mentions: Sequence[Mention],
        other: Company,
        invented: Named,
        scale: Mapping[str, float],
        seed: int,
    ) -> list[Case]:
        text, company = problem.question, mentions[0].company
        hidden = reworded(problem, masked(text, mentions, self._placeholder))
        opposite, target = self._opposite(hidden, scale, seed, problem.id)
        question = self.wording.reidentify.replace("{text}", hidden.question)
        # it is asked which company it is, to which no option is an answer
        asked = replace(reworded(problem, question), options=(), answer="")

        def case(arm: str, put: Problem, named: Named = company, target: str | None = None) -> Case:
            return Case(item=problem.id, arm=arm, problem=put, target=target, tags=_tags(named))

        return [
            case(CONTROL, hidden),
            case(DUPLICATE, hidden),
            case(NAMED, problem),
            case(SWAP, reworded(problem, swapped(text, mentions, other)), other),
            case(FICTITIOUS, reworded(problem, swapped(text, mentions, invented)), invented),
            # the right answer is the opposite one now, as the news is
            case(POSITIVE_CONTROL, replace(opposite, answer=target), target=target),
            replace(case(REIDENTIFY, asked), ask="write"),
        ]

    def _other(self, text: str, company: Company, seed: int, item: str) -> Company:
        """Another company of the sector that the text does not name."""
        present = self.names.named(text)
        free = [each for each in self.companies.beside(company) if each.name not in present]
        if not free:
            raise UnsafeNameError("all other companies of the sector are named")
        return pick(free, seed, item, "swap")

    def _opposite(self, problem: Problem, scale: Mapping[str, float], seed: int, item: str) -> tuple[Problem, str]:
        """The problem with the opposite news, and the option that is right then; neutral news turn by seed."""
        gold = scale[problem.answer] or pick((-1.0, 1.0), seed, item, "direction")
        target = (min if gold > 0 else max)(problem.options, key=lambda option: scale[option])
        turned = self._turned(problem.question, scale[problem.answer])
        if turned is not None:
            return reworded(problem, turned), target
        statement = self.wording.positive_control.bad if gold > 0 else self.wording.positive_control.good
        return inserted(problem, statement.text, "end"), target

    def _turned(self, text: str, gold: float) -> str | None:
        """The text with the one word turned on which it hangs, None where there is none or several."""
        ways = [(good, bad, 1) for good, bad in self.wording.turns] + [(b, g, -1) for g, b in self.wording.turns]
        turns = [(match, new, sign) for old, new, sign in ways for match in word_pattern([old]).finditer(text)]
        if len(turns) != 1 or turns[0][2] * gold <= 0:
            return None
        match, new, _ = turns[0]
        return text[: match.start()] + like(new, match[0]) + text[match.end() :]

    def _reidentified(self, arms: Arms) -> dict[str, bool]:
        """By item: whether the company that the masked text is about was named, first of all that were named."""
        return {
            asked.case.item: self._guess(asked) == asked.case.tags.get("company")
            for asked in arms.get(REIDENTIFY, {}).values()
        }

    def _guess(self, asked: Asked) -> str | None:
        response = asked.answer.response
        company = self.names.first(final_answer(response) or "") or self.names.first(response)
        return company.name if company else None

    def _groups(self, arms: Arms) -> tuple[CompanyGroup, ...]:
        """The companies that were asked, then all sectors, sizes and countries of the list."""
        tags = [asked.case.tags.get("company") for arm in (NAMED, SWAP) for asked in arms.get(arm, {}).values()]
        companies = [each.name for each in self.companies.companies if each.name in set(tags)]
        groups = [CompanyGroup(attribute="company", name=name) for name in companies]
        for attribute in ("sector", "size", "country"):
            names = dict.fromkeys(getattr(each, attribute) for each in self.companies.companies)
            groups += [CompanyGroup(attribute=attribute, name=name) for name in names]
        return tuple(groups)


def _tags(named: Named) -> dict[str, str]:
    if not isinstance(named, Company):
        return {"company": named.name}
    cap = {"market_cap": str(named.market_cap)} if named.market_cap else {}
    return {"company": named.name, "sector": named.sector, "size": named.size, "country": named.country, **cap}
