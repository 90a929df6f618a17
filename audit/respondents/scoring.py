"""Log-probabilities of rows under a causal language model, each distinct prefix forwarded once.

Rows that share a prefix (the arms and options of one item) go through the model as one sequence with a tree mask
(`chartered.audit.respondents.prefix_tree`), within float error of a forward pass of its own for each row. A model that
cannot take such a mask is found out by a trial before anything is scored, and is then asked row by row; which of both
it was is said in the verdict. Torch is imported when a model is asked.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from chartered.audit.respondents.prefix_tree import TokenRow, TokenTree, packs
from chartered.audit.respondents.protocol import OnProgress, silent
from chartered.common.errors import AuditError

NODES = 512
"""Tokens of a pack of several small trees."""
LARGEST = 8192
"""Tokens of a pack of one large tree: its masks take some 100 MiB."""
LOGITS = 1 << 28
"""Predictions held at once, tokens to be read times size of the vocabulary: 1 GiB in float32."""
SLICE = 1 << 24
"""Predictions that are summed at once."""
TRIAL = 600
"""Most tokens of the trial; a sliding window that is longer is not seen at work in it."""
LAYERS = frozenset({"full_attention", "sliding_attention"})
"""Kinds of layers that a tree mask serves."""
AGREEMENT = {"float32": 1e-3, "float64": 1e-6}
"""Largest difference of a sum of a few log-probabilities between tree and row in the trial."""
HALF_AGREEMENT = 0.25
"""The same in half precision, whose log-probabilities carry two to three digits."""


class RowScorer:
    """Scores rows with one model; `shares` says whether prefixes are shared."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.config = model.config.get_text_config()
        self.forwarded = 0
        """Tokens that went through the model so far."""
        self.shares = self._trial()

    def score(self, rows: Sequence[TokenRow], on_progress: OnProgress | None = None) -> list[float]:
        """The summed log-probability of each row's tokens from its start on.

        Raises:
            AuditError: the model gives something that is not a number.
        """
        scores, report, done = [0.0] * len(rows), on_progress or silent, 0
        for sums, indices in self._trees(rows) if self.shares else self._apart(rows):
            for index, value in zip(indices, sums, strict=True):
                scores[index] = _finite(value)
            done += len(indices)
            report(done, len(rows))
        return scores

    def _trees(self, rows: Sequence[TokenRow]) -> Iterator[tuple[list[float], list[int]]]:
        """Sums and indices of the rows, a tree at a time."""
        reads = max(1, LOGITS // self.config.vocab_size)
        for pack, indices in packs(rows, nodes=NODES, largest=LARGEST, reads=reads):
            yield self._tree(pack), indices

    def _tree(self, pack: TokenTree) -> list[float]:
        """The sums of a pack's rows."""
        import torch

        from chartered.audit.respondents.tree_attention import tree_attention

        device, read = self.model.device, sorted(pack.read)
        with tree_attention(self.model), torch.inference_mode():
            logits = self.model(
                input_ids=torch.tensor([pack.tokens], device=device),
                position_ids=torch.tensor([pack.depths], device=device),
                attention_mask=self._masks(pack),
                logits_to_keep=torch.tensor(read, device=device),
                use_cache=False,
            ).logits[0]
        self.forwarded += len(pack.tokens)
        place = {node: number for number, node in enumerate(read)}
        wanted = [
            (place[node], token)
            for row, path in zip(pack.rows, pack.predictors, strict=True)
            for node, token in zip(path, row.targets, strict=True)
        ]
        values = iter(_log_probabilities(logits, wanted))
        return [sum(next(values) for _ in row.targets) for row in pack.rows]

    def _masks(self, pack: TokenTree) -> Any:
        """The mask that each kind of layer takes: one tensor, or one for each kind."""
        import torch

        from chartered.audit.respondents.tree_attention import tree_mask

        window = getattr(self.config, "sliding_window", None)
        like = torch.empty(0, dtype=self.model.dtype, device=self.model.device)
        if window is None or "sliding_attention" not in self._kinds:
            return tree_mask(pack, None if self._kinds else window, like)
        return {
            "full_attention": tree_mask(pack, None, like),
            "sliding_attention": tree_mask(pack, window, like),
        }

    @property
    def _kinds(self) -> frozenset[str]:
        return frozenset(getattr(self.config, "layer_types", None) or ())

    def _trial(self) -> bool:
        """Whether two rows that part score alike in one tree and each on its own, past the sliding window."""
        if self._kinds - LAYERS:
            return False
        window, size = getattr(self.config, "sliding_window", None) or 0, self.config.vocab_size
        most = getattr(self.config, "max_position_embeddings", None) or TRIAL
        length = max(8, min(TRIAL, most, max(160, window + 40)) - 8)
        stem = [(7 * step + 3) % size for step in range(length)]
        rows = [
            TokenRow(tokens=[*stem, 5 % size, 9 % size], start=length),
            TokenRow(tokens=[*stem[:-4], 11 % size, 2 % size, 4 % size], start=length - 4),
        ]
        pack = TokenTree()
        for row in rows:
            pack.add(row)
        try:
            shared = self._tree(pack)
        except (AttributeError, RuntimeError, TypeError, ValueError, NotImplementedError, IndexError, KeyError):
            return False
        alone = [sums[0] for sums, _ in self._apart(rows)]
        self.forwarded = 0
        nearest = AGREEMENT.get(str(self.model.dtype).removeprefix("torch."), HALF_AGREEMENT)
        return all(abs(one - other) <= nearest for one, other in zip(shared, alone, strict=True))

    def _apart(self, rows: Sequence[TokenRow]) -> Iterator[tuple[list[float], list[int]]]:
        """Sums and indices of the rows, each by a forward pass of its own without any mask of ours."""
        import torch

        for index, row in enumerate(rows):
            ids = torch.tensor([list(row.tokens[:-1])], device=self.model.device)
            with torch.inference_mode():
                logits = self.model(input_ids=ids, use_cache=False).logits[0, row.start - 1 :]
            self.forwarded += ids.shape[1]
            yield [sum(_log_probabilities(logits, list(enumerate(row.targets))))], [index]


def _log_probabilities(logits: Any, wanted: Sequence[tuple[int, int]]) -> list[float]:
    """Log-probability of each (row of the logits, token); no second table of the logits' size is made."""
    import torch

    step = max(1, SLICE // logits.shape[-1])
    totals = torch.cat([part.float().logsumexp(-1) for part in logits.split(step)])
    places, tokens = torch.tensor(wanted, device=logits.device).T
    values: list[float] = (logits[places, tokens].float() - totals[places]).double().tolist()
    return values


def _finite(value: float) -> float:
    if not isfinite(value):
        raise AuditError(
            f"the model gives a log-probability that is not a number ({value}); its weights are damaged, or its "
            "precision is too low."
        )
    return value
