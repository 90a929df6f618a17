from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.respondents.prefix_tree import TokenRow, TokenTree, packs

token_rows = st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=9), min_size=1, max_size=12)


def row(tokens: list[int], start: int = 1) -> TokenRow:
    return TokenRow(tokens=tokens, start=start)


@given(token_rows)
def test_a_node_stands_for_each_distinct_prefix_that_tells_something(found: list[list[int]]) -> None:
    pack = TokenTree()
    for tokens in found:
        before, new = len(pack.tokens), pack.new_nodes(row(tokens))
        pack.add(row(tokens))
        assert len(pack.tokens) - before == new
    for tokens, path in zip(found, pack.predictors, strict=True):
        assert [pack.tokens[node] for node in path] == tokens[:-1]
        assert [pack.depths[node] for node in path] == list(range(len(tokens) - 1))
        assert [pack.parents[node] for node in path] == [-1, *path[:-1]]
    assert len(pack.tokens) == len({tuple(tokens[:end]) for tokens in found for end in range(1, len(tokens))})


@given(token_rows)
def test_runs_are_the_longest_stretches_of_parent_and_child(found: list[list[int]]) -> None:
    pack = TokenTree()
    for tokens in found:
        pack.add(row(tokens))
    runs = list(pack.runs())
    assert [node for start, end in runs for node in range(start, end)] == list(range(len(pack.tokens)))
    assert all(pack.parents[node] == node - 1 for start, end in runs for node in range(start + 1, end))
    assert all(pack.parents[start] != start - 1 for start, _ in runs[1:])


@given(token_rows, st.integers(1, 20), st.integers(1, 20))
def test_packs_hold_every_row_once_in_order_and_within_their_limits(
    found: list[list[int]], nodes: int, reads: int
) -> None:
    rows, order = [row(tokens) for tokens in found], list[int]()
    for pack, indices in packs(rows, nodes=nodes, largest=2 * nodes, reads=reads):
        order += indices
        assert pack.rows == [rows[index] for index in indices]
        if len(indices) > 1:
            assert len(pack.tokens) <= 2 * nodes and len(pack.read) <= reads
    assert order == list(range(len(rows)))


def test_an_item_is_kept_whole_and_the_next_begins_a_pack() -> None:
    one = [row([1, 2, 3, 4, 5, 6, option, 0]) for option in (7, 8, 9)]
    other = [row([11, 12, 13, 14, 15, 16, option, 0]) for option in (7, 8, 9)]
    # six nodes of the item and one for each option are more than eight, but they share their beginning
    found = [indices for _, indices in packs([*one, *other], nodes=8, largest=100, reads=100)]
    assert found == [[0, 1, 2], [3, 4, 5]]


def test_only_nodes_before_a_told_token_are_read() -> None:
    pack = TokenTree()
    # 1 2 3 | 4 5 and 1 2 3 | 6: the 4 and the 6 are told by the 3 (node 2), the 5 by the 4 (node 3)
    pack.add(row([1, 2, 3, 4, 5], 3))
    pack.add(row([1, 2, 3, 6], 3))
    assert pack.read == {2, 3}
    assert pack.predictors == [[2, 3], [2]]
    assert len(pack.tokens) == 4


def test_equal_rows_cost_nothing_more() -> None:
    pack = TokenTree()
    for _ in range(3):
        pack.add(row([1, 2, 3]))
    assert len(pack.tokens) == 2 and pack.predictors == [[0, 1]] * 3


def test_nothing_makes_no_pack() -> None:
    assert list(packs([], nodes=5, largest=5, reads=5)) == []
