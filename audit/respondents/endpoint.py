"""A model behind an OpenAI-compatible endpoint, as a respondent."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Literal

from chartered.audit.cases import Answer, Case, Need, turns
from chartered.audit.respondents.protocol import OnProgress, Respondent, silent
from chartered.audit.respondents.written import (
    NO_SEED,
    NO_TEMPERATURE,
    REFUSED,
    STREAMED,
    Written,
    read_written,
    written_by,
)
from chartered.audit.verdict import RespondentInfo
from chartered.common.endpoint import Client, Outcome, SettingNames
from chartered.common.errors import AuditError, EndpointError, UsageError
from chartered.common.reply import Reply
from chartered.domains.contract import Checks, Message, Problem
from chartered.domains.prompts import lettered

EndpointScoring = Literal["auto", "generate", "letter"]

MAX_TOKENS = 512
TOP = 20
"""Log-probabilities that are asked for at the answer's first token: as many as such endpoints give."""
_WHOLE = 64
"""Questions asked together, of which at least one must be answered."""
_MARKS = " \t\r\n()[]*_.:\u2581\u0120"
"""What a token may carry around a letter; the last two are how tokenizers write a space."""
_TRIAL = Problem(
    prompt=({"role": "user", "content": "Which of these is a colour?"},),
    answer="blue",
    kind="trial",
    domain="trial",
    split="heldout",
    options=("seven", "blue", "quickly"),
)


class Endpoint(Respondent):
    """The respondent behind an address.

    `generate` takes the written answer, and the domain's verifier reads the choice. `letter` chooses the option whose
    letter has the highest log-probability as the first token of the reply; it takes an endpoint that really gives
    log-probabilities, and one trial question at the start finds out. `auto` takes `letter` where that works and else
    `generate`, and says so in `info`. One mode holds for the whole audit.

    An answer that is empty, a refusal, or cut off at `max_tokens` has no choice, and so has a case that the endpoint
    refuses while it answers others. With a `temperature` over 0, or None (the endpoint's own), each case gets its own
    seed out of `seed`, so that the same question asked twice can differ; without `seed` none is sent.

    Raises:
        UsageError: the address, a number or the key is not as it must be.
        EndpointError: the endpoint cannot be asked.
        AuditError: scoring is `letter`, and it gives no usable log-probabilities.
    """

    def __init__(
        self,
        url: str,
        model: str,
        checker: Checks,
        *,
        scoring: EndpointScoring = "generate",
        max_tokens: int = MAX_TOKENS,
        concurrency: int = 8,
        requests_per_minute: float | None = None,
        retries: int = 10,
        temperature: float | None = 0.0,
        seed: int | None = None,
        api_key_env: str = "OPENAI_API_KEY",
        stream: bool = False,
        timeout: float = 120.0,
        backoff: float = 0.5,
    ) -> None:
        if max_tokens < 1 or not 0 <= (temperature or 0.0) <= 2:
            raise UsageError("an endpoint needs max_tokens of at least 1 and a temperature from 0 to 2.")
        self.client = Client(
            base_url=url.rstrip("/"),
            api_key_env=api_key_env,
            concurrency=concurrency,
            requests_per_minute=requests_per_minute,
            retries=retries,
            backoff=backoff,
            timeout=timeout,
            stream=stream,
            names=SettingNames(model="--model-name", key="--api-key-env"),
        )
        self.model, self.checker = model, checker
        self.max_tokens, self.temperature, self.seed = max_tokens, temperature, seed
        self.scoring, self._switched = self._settled(scoring)
        self.info = self.described(())

    @property
    def gives(self) -> frozenset[Need]:
        """What it can be asked for."""
        if self.scoring == "letter":
            return frozenset({"choose", "write", "option scores"})
        return frozenset({"choose", "write"})

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """One answer for each case, in order.

        Raises:
            AuditError: a case stayed without an answer after all tries, or asks for what an endpoint cannot give.
        """
        requests = [self._request(case) for case in cases]
        report = on_progress or silent
        try:
            outcomes = self.client.ask_each(requests, lambda done: report(done, len(cases)))
        except EndpointError as error:
            raise AuditError(f"{error} What is finished is kept, and the same command goes on from there.") from error
        _refuse_silence(outcomes)
        answers = read_written(self.checker, cases, [_written(outcome) for outcome in outcomes])
        if self.scoring == "letter":
            answers = [self._lettered(*each) for each in zip(cases, outcomes, answers, strict=True)]
        return answers

    def described(self, answers: Sequence[Answer]) -> RespondentInfo:
        """Which model it is, and how it was asked by what its answers say; without any, how it is to be asked."""
        remarks = {remark for answer in answers for remark in answer.remarks}
        return RespondentInfo(
            kind="endpoint",
            name=self.model,
            sha256=self._sha256(None if NO_TEMPERATURE in remarks else self.temperature),
            scoring=self.scoring,
            decoding=self._decoding(remarks),
        )

    def _request(self, case: Case) -> dict[str, Any]:
        if case.ask not in ("choose", "write"):
            raise AuditError(f"an endpoint answers questions and cannot be asked to {case.ask!r}; audit the weights.")
        if case.ask == "choose" and self.scoring == "letter":
            return self._letter_request(case.problem)
        return {
            "model": self.model,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "messages": turns(case),
            **self._seeded(case),
        }

    def _seeded(self, case: Case) -> dict[str, int]:
        if self.seed is None or self.temperature == 0.0:
            return {} if self.seed is None else {"seed": self.seed}
        of = json.dumps([self.seed, case.item, case.arm, case.variant])
        return {"seed": int.from_bytes(hashlib.sha256(of.encode()).digest()[:4]) >> 1}

    def _letter_request(self, problem: Problem) -> dict[str, Any]:
        if not problem.options:
            raise AuditError(f"problem {problem.id} has no options, and the scoring 'letter' chooses among options.")
        return {
            "model": self.model,
            "messages": letter_turns(problem),
            "temperature": 0.0,
            "max_tokens": 1,
            "logprobs": True,
            "top_logprobs": TOP,
        }

    def _lettered(self, case: Case, outcome: Outcome, written: Answer) -> Answer:
        """A choice by the log-probabilities of the letters; else what was written."""
        if case.ask != "choose":
            return written
        chosen = _chosen(case.problem, outcome.top_logprobs if isinstance(outcome, Reply) else ())
        return replace(chosen, remarks=written.remarks)

    def _settled(self, scoring: EndpointScoring) -> tuple[Literal["generate", "letter"], str]:
        """The scoring to use, and why it is another than was wished for."""
        if scoring == "generate":
            return scoring, ""
        fault = self._fault()
        if not fault:
            return "letter", ""
        if scoring == "letter":
            raise AuditError(f"{self.client.base_url} cannot be scored by letter: {fault}; use --scoring generate.")
        return "generate", f"; not scored by letter, since {fault}"

    def _fault(self) -> str:
        """What is wrong with the log-probabilities of the endpoint, or ""."""
        try:
            [reply] = self.client.ask([self._letter_request(_TRIAL)])
        except EndpointError as error:
            if not error.refused:
                raise
            return "it refuses a request for log-probabilities"
        told = reply.top_logprobs
        if not told:
            return "it gives no log-probabilities"
        if not all(math.isfinite(value) for _, value in told):
            return "its log-probabilities are not finite numbers"
        if max(value for _, value in told) > 1e-6 or len({value for _, value in told}) < 2:
            return "its log-probabilities are all alike or over 0"
        named = _by_letter(_TRIAL, told)
        if len(named) < len(_TRIAL.options):
            return f"only {len(named)} of {len(_TRIAL.options)} letters are among the {len(told)} tokens that it gives"
        return ""

    def _sha256(self, temperature: float | None) -> str:
        decides = [self.client.base_url, self.model, self.scoring, self.max_tokens, temperature, self.seed]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()

    def _decoding(self, remarks: Set[str]) -> str:
        streamed = f"; {STREAMED}" if STREAMED in remarks else ""
        if self.scoring == "letter":
            return f"log-probability of the letter as first token, among the {TOP} likeliest{streamed}"
        seeded = "" if self.seed is None else f", {NO_SEED if NO_SEED in remarks else f'seed {self.seed}'}"
        return f"{self._sampling(remarks)}, at most {self.max_tokens} tokens{seeded}{self._switched}{streamed}"

    def _sampling(self, remarks: Set[str]) -> str:
        if NO_TEMPERATURE in remarks:
            return f"sampled {NO_TEMPERATURE}"
        if self.temperature is None:
            return "sampled at the endpoint's own temperature"
        return "greedy" if self.temperature == 0 else f"sampled at temperature {self.temperature:g}"


def _written(outcome: Outcome) -> Written:
    if isinstance(outcome, EndpointError):
        return Written(text="", whole=False, remarks=(REFUSED,))
    return written_by(outcome)


def _refuse_silence(outcomes: Sequence[Outcome]) -> None:
    """Stop where it refuses whatever this audit asks, although it answers a harmless question."""
    refused = [outcome for outcome in outcomes if isinstance(outcome, EndpointError)]
    if len(refused) == len(outcomes) >= _WHOLE:
        raise AuditError(f"none of {len(refused)} questions in a row was answered: {refused[0]}")


def letter_turns(problem: Problem) -> list[Message]:
    """The chat turns that ask for the letter of an option alone."""
    *before, last = problem.prompt
    listed = "\n".join(f"{letter}) {text}" for letter, text in lettered(problem.options).items())
    said = f"{last['content']}\n{listed}\nReply with the letter of one option and nothing else."
    return [*before, {"role": last["role"], "content": said}]


def _by_letter(problem: Problem, told: Sequence[tuple[str, float]]) -> Mapping[str, float]:
    """Letter to the log-probability of all tokens that are that letter, such as "A", " A" and "(A"."""
    found: dict[str, list[float]] = {}
    for token, value in told:
        letter = token.strip(_MARKS)
        if letter in lettered(problem.options):
            found.setdefault(letter, []).append(value)
    return {letter: _sum(values) for letter, values in found.items()}


def _sum(values: Sequence[float]) -> float:
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values))


def _chosen(problem: Problem, told: Sequence[tuple[str, float]]) -> Answer:
    """The option of the likeliest letter; none where no letter is given, a number is not finite, or all are equal.

    A letter that is not among the tokens is less likely than each of them, and has the score of the least likely.
    """
    if any(not math.isfinite(value) for _, value in told):
        return Answer(choice=None, response="log-probabilities that are not finite numbers")
    named = _by_letter(problem, told)
    least = min((value for _, value in told), default=0.0)
    scores = tuple(named.get(letter, least) for letter in lettered(problem.options))
    if not named or len(set(scores)) < 2:
        return Answer(choice=None, response=" ".join(token for token, _ in told))
    said = ", ".join(f"{letter} {score:.4f}" for letter, score in zip(lettered(problem.options), scores, strict=True))
    return Answer(choice=problem.options[scores.index(max(scores))], response=said, scores=scores)
