"""A model with its weights on this machine, as a respondent.

torch and transformers are imported when a model is loaded or asked, never with this module: they take seconds, and an
audit of recorded answers needs neither.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from chartered.audit.cases import Answer, Ask, Case, Need
from chartered.audit.respondents.generation import Generator, Prompt
from chartered.audit.respondents.loading import Loaded, load
from chartered.audit.respondents.prefix_tree import TokenRow
from chartered.audit.respondents.protocol import OnProgress, Respondent, silent
from chartered.audit.respondents.reading import verified_answers
from chartered.audit.respondents.scoring import RowScorer
from chartered.audit.verdict import RespondentInfo
from chartered.common.chat import chat_text
from chartered.common.errors import AuditError
from chartered.domains.contract import Checks, Problem
from chartered.domains.prompts import ANSWER_MARKER, answer_line, lettered, render

LocalScoring = Literal["generate", "logprob", "letter"]

MAX_NEW_TOKENS = 256
"""Where neither the caller nor the model's generation config says how many."""


class Local(Respondent):
    """The respondent behind a model.

    `generate` answers, greedily unless a `temperature` is given, and the domain's verifier reads the choice. `logprob`
    chooses the option whose text, and the end of the turn after it, has the highest summed log-probability behind the
    answer marker; `letter` does so by the option's letter. Both need options. `name` is what the verdict calls the
    model; without it, the folder's own.
    """

    packages = ("torch", "transformers")

    def __init__(
        self,
        model: Path | Loaded,
        checker: Checks,
        *,
        scoring: LocalScoring = "generate",
        max_new_tokens: int | None = None,
        batch_size: int = 32,
        temperature: float = 0.0,
        seed: int = 7,
        name: str | None = None,
    ) -> None:
        loaded = load(model) if isinstance(model, Path) else model
        self.model = loaded.model
        self.model.eval()
        self.tokenizer = loaded.tokenizer
        self.checker, self.scoring = checker, scoring
        configured = getattr(self.model.generation_config, "max_new_tokens", None)
        self.max_new_tokens = max_new_tokens or configured or MAX_NEW_TOKENS
        self.generator = Generator(
            loaded, max_new_tokens=self.max_new_tokens, batch_size=batch_size, temperature=temperature, seed=seed
        )
        self.info = RespondentInfo(
            kind="local", name=name or loaded.name, sha256=loaded.sha256, scoring=scoring, decoding=self._decoding()
        )

    @cached_property
    def scorer(self) -> RowScorer:
        """What scores rows; made, with its trial, when it is first needed."""
        return RowScorer(self.model)

    @property
    def gives(self) -> frozenset[Need]:
        """What it can be asked for."""
        always: frozenset[Need] = frozenset({"choose", "write", "continue", "likelihood"})
        return always if self.scoring == "generate" else always | {"option scores"}

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """One answer for each case, in order; the same cases in the same order get the same answers.

        Raises:
            AuditError: a prompt is longer than the model can read, a log-probability is not a number, or the verifier
                failed on a response.
        """
        by_index: dict[int, Answer] = {}
        report = on_progress or silent
        for ask, how in self._ways().items():
            own = [index for index, case in enumerate(cases) if case.ask == ask]
            if own:
                before = len(by_index)
                answers = how([cases[index] for index in own], lambda done, _, b=before: report(b + done, len(cases)))
                by_index.update(zip(own, answers, strict=True))
        return [by_index[index] for index in range(len(cases))]

    def check_lengths(self, cases: Sequence[Case]) -> None:
        """Refuse a prompt that has, with the longest answer, more tokens than the model has positions.

        Raises:
            AuditError: naming the problem; options that are scored are left to `answer`.
        """
        for case in cases:
            if case.ask == "write" or (case.ask == "choose" and self.scoring == "generate"):
                prompt = self._chat(case.problem, _key(case))
                self.generator.check_length(len(prompt.tokens) + self.max_new_tokens, prompt.what)

    def _ways(self) -> dict[Ask, Callable[[Sequence[Case], OnProgress], list[Answer]]]:
        return {
            "choose": self._read if self.scoring == "generate" else self._preferred,
            "write": self._written,
            "continue": self._continued,
            "likelihood": self._likely,
        }

    def _read(self, cases: Sequence[Case], on_progress: OnProgress) -> list[Answer]:
        problems = (case.problem for case in cases)
        return verified_answers(self.checker, list(zip(problems, self._responses(cases, on_progress), strict=True)))

    def _written(self, cases: Sequence[Case], on_progress: OnProgress) -> list[Answer]:
        return [Answer(choice=None, response=response) for response in self._responses(cases, on_progress)]

    def _responses(self, cases: Sequence[Case], on_progress: OnProgress) -> list[str]:
        """What the model says to each case, drawn for it alone where it samples."""
        return self.generator.responses([self._chat(case.problem, _key(case)) for case in cases], on_progress)

    def _continued(self, cases: Sequence[Case], on_progress: OnProgress) -> list[Answer]:
        prompts = [
            Prompt(tokens=tokens, what=f"text {case.item}", key=_key(case))
            for tokens, case in zip(self._begun(cases), cases, strict=True)
        ]
        return [Answer(choice=None, response=text) for text in self.generator.responses(prompts, on_progress)]

    def _likely(self, cases: Sequence[Case], on_progress: OnProgress) -> list[Answer]:
        rows = [TokenRow(tokens=self._after_begin(case.problem.question), start=1) for case in cases]
        for row, case in zip(rows, cases, strict=True):
            self.generator.check_length(len(row.tokens), f"text {case.item}")
            if len(row.tokens) < 2:
                raise AuditError(f"text {case.item} has fewer than two tokens, so it has no likelihood; leave it out.")
        scores = self.scorer.score(rows, on_progress)
        return [
            Answer(choice=None, response="", scores=(score, float(len(row.tokens) - 1)))
            for row, score in zip(rows, scores, strict=True)
        ]

    def _preferred(self, cases: Sequence[Case], on_progress: OnProgress) -> list[Answer]:
        rows = [row for case in cases for row in self._options(case.problem)]
        scores = iter(self.scorer.score(rows, lambda done, total: on_progress(done * len(cases) // total, len(cases))))
        return [_best(case.problem, [next(scores) for _ in case.problem.options]) for case in cases]

    def _options(self, problem: Problem) -> list[TokenRow]:
        """For each option, prompt and answer line as tokens, from where options differ on."""
        if not problem.options:
            raise AuditError(
                f"problem {problem.id} has no options, and the scoring {self.scoring!r} chooses among them."
            )
        prompt, letters = self._prompt(problem), self.scoring == "letter"
        lines = [answer_line(letter if letters else option) for letter, option in lettered(problem.options).items()]
        before, *rows = self._tokens([prompt + ANSWER_MARKER, *(prompt + line for line in lines)])
        end = [] if letters or self.tokenizer.eos_token_id is None else [self.tokenizer.eos_token_id]
        scored = []
        for tokens in (row + end for row in rows):
            # a tokenizer may merge the marker's last character with the option's first
            shared = next((i for i, (a, b) in enumerate(zip(before, tokens, strict=False)) if a != b), len(before))
            self.generator.check_length(len(tokens), f"problem {problem.id}")
            scored.append(TokenRow(tokens=tokens, start=max(1, shared)))
        return scored

    def _chat(self, problem: Problem, key: Sequence[str]) -> Prompt:
        return Prompt(tokens=self._tokens([self._prompt(problem)])[0], what=f"problem {problem.id}", key=key)

    def _prompt(self, problem: Problem) -> str:
        messages = render(problem)
        if self.tokenizer.chat_template is None:
            return "\n".join(message["content"] for message in messages) + "\n"
        return chat_text(self.tokenizer, messages, asks=True)

    def _tokens(self, texts: list[str]) -> list[list[int]]:
        # a chat template writes its own special tokens
        plain = self.tokenizer.chat_template is None
        return list(self.tokenizer(texts, add_special_tokens=plain)["input_ids"])

    def _begun(self, cases: Sequence[Case]) -> list[list[int]]:
        """Plain texts to carry on, begun as the tokenizer itself begins a text."""
        return list(self.tokenizer([case.problem.question for case in cases])["input_ids"])

    def _after_begin(self, text: str) -> list[int]:
        """Plain text behind the token that begins a text, if there is one, so that its first word has a likelihood."""
        tokens = list(self.tokenizer(text, add_special_tokens=False)["input_ids"])
        begin = self.tokenizer.bos_token_id
        return tokens if begin is None else [begin, *tokens]

    def _decoding(self) -> str:
        if self.scoring == "generate":
            how = self.generator.decoding
        else:
            shared = "each shared prefix once" if self.scorer.shares else "row by row (the model takes no tree mask)"
            how = f"summed log-probability, {shared}"
        plain = ", plain text (the tokenizer has no chat template)" if self.tokenizer.chat_template is None else ""
        return f"{how}{plain}"


def _key(case: Case) -> tuple[str, str, str]:
    return case.item, case.variant, case.arm


def _best(problem: Problem, scores: Sequence[float]) -> Answer:
    """The option with the highest score, the first of equals."""
    best = max(range(len(scores)), key=scores.__getitem__)
    listed = ", ".join(f"{letter} {score:.4f}" for letter, score in zip(lettered(problem.options), scores, strict=True))
    return Answer(choice=problem.options[best], response=listed, scores=tuple(scores))
