"""Rows of tokens packed into one sequence in which each distinct prefix stands once.

The arms and options of an item share most of their tokens. A tree of all rows has one node for each distinct prefix;
laid out as one sequence, with a mask in which a node sees its ancestors alone and with its depth as its position,
a causal model gives every node what it would give the same token in a row of its own. Pure Python, no torch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SHARED = 20
"""A row keeps to a full pack when it shares at least one in so many of its tokens with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRow:
    """Tokens, and from which on their log-probabilities are summed (at least 1: the first has no predecessor)."""

    tokens: Sequence[int]
    start: int

    @property
    def targets(self) -> Sequence[int]:
        """The tokens whose log-probabilities are summed."""
        return self.tokens[self.start :]


@dataclass(slots=True)
class TokenTree:
    """A tree of rows as one sequence; parents come before their children.

    A row's last token is predicted by the one before it and predicts nothing, so it makes no node.
    """

    tokens: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    """Index of each node's parent, -1 for a root."""
    depths: list[int] = field(default_factory=list)
    rows: list[TokenRow] = field(default_factory=list)
    predictors: list[list[int]] = field(default_factory=list)
    """For each row, the nodes that predict its targets."""
    read: set[int] = field(default_factory=set)
    """The nodes whose prediction is needed."""
    _children: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, row: TokenRow) -> None:
        """Add a row; only what no earlier row began with makes nodes."""
        node, path = -1, []
        for depth, token in enumerate(row.tokens[:-1]):
            child = self._children.get((node, token))
            if child is None:
                child = len(self.tokens)
                self._children[node, token] = child
                self.tokens.append(token)
                self.parents.append(node)
                self.depths.append(depth)
            node = child
            path.append(node)
        self.rows.append(row)
        self.predictors.append(path[row.start - 1 :])
        self.read.update(self.predictors[-1])

    def new_nodes(self, row: TokenRow) -> int:
        """How many nodes the row would add."""
        node = -1
        for depth, token in enumerate(row.tokens[:-1]):
            child = self._children.get((node, token))
            if child is None:
                return len(row.tokens) - 1 - depth
            node = child
        return 0

    def runs(self) -> Iterator[tuple[int, int]]:
        """First node and end of each stretch in which every node is the parent of the next."""
        start = 0
        for node in range(1, len(self.tokens) + 1):
            if node == len(self.tokens) or self.parents[node] != node - 1:
                yield start, node
                start = node


def packs(rows: Sequence[TokenRow], *, nodes: int, largest: int, reads: int) -> Iterator[tuple[TokenTree, list[int]]]:
    """The rows in packs, in order, each with the indices of its rows.

    A pack takes rows up to `nodes` tokens; beyond, and up to `largest`, only such as share at least a twentieth of
    their tokens with it: a row that begins a pack brings its whole prefix along, and an item is not cut for more than
    that. It reads at most `reads` predictions. A single row may be larger than all that.
    """
    pack, indices = TokenTree(), list[int]()
    for index, row in enumerate(rows):
        new = pack.new_nodes(row)
        most = largest if SHARED * (len(row.tokens) - 1 - new) >= len(row.tokens) else nodes
        if indices and (len(pack.tokens) + new > most or len(pack.read) + len(row.targets) > reads):
            yield pack, indices
            pack, indices = TokenTree(), []
        pack.add(row)
        indices.append(index)
    if indices:
        yield pack, indices
