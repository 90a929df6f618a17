"""The Python program in a response: which of its blocks, and what of the others that one needs.

Read: fenced blocks, also in a list or a quotation (indented, or behind `>`), with CRLF or tabs, cut short at the end;
sessions with `>>>`; the tags `[PYTHON]` and `<code>`; a program without any fence, with prose around it. Of several
blocks the last one that defines what the tests use: blocks of tests, of calls, of printed output and stubs are left
aside, and a later version replaces an earlier one. Blocks that define what it uses are put before it.
"""

import ast
import builtins
import re
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

MOST = 100_000
"""Characters of a program; a longer one is not taken apart."""
_BLOCKS = 40  # that are taken apart; the last ones
_FENCE = re.compile(r"(?P<lead>[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)")
_PYTHON = re.compile(r"\{?[ .]*(?:i?py(?:thon|con)?[\w.-]*|doctest)\b", re.IGNORECASE)
_TAGS = (("[PYTHON]", "[/PYTHON]"), ("<code>", "</code>"), ("[BEGIN]", "[DONE]"))
_NAMED = re.compile(r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_BEGINS = re.compile(
    r"[ \t]*(?:from[ \t]+[\w.]+[ \t]+import\b|import[ \t]+\w|(?:async[ \t]+)?def[ \t]+\w+[ \t]*\("
    r"|class[ \t]+\w+[ \t]*[(:]|@\w)"
)
_GOES_ON = re.compile(
    r"[ \t]|$|[#@)\]}\"']|(?:from|import|async|def|class|if|elif|else|for|while|try|except|finally|with|return|assert|"
    r"raise|pass|global|del|print|match)\b(?=.*[\w:()])|\w[\w.]*\(|[\w.,\[\]()'\" *]+?[ \t]*[-+*/%|&^]?=[^=]"
)
_PROSE = re.compile(r"(?:for|if|with|while|try|return|print|assert|match|pass)\b[^:=()\[\]]*[.!?]?$")
_DEFINES = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*[(:]", re.MULTILINE)
_READS = re.compile(r"\binput\s*\(|\bstdin\b|\bopen\s*\(\s*0\b")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A stretch of Python, with what can be said of it."""

    text: str
    tagged: bool = True
    """Whether the response says that it is Python."""
    whole: bool = True
    """Whether it is Python to its end."""
    defines: frozenset[str] = field(default_factory=frozenset)
    """Names that it binds, tests and stubs left aside."""
    solves: bool = False
    """Whether it has functions or classes that are neither tests nor stubs."""
    sketches: bool = False
    """Whether it has stubs."""
    uses: frozenset[str] = field(default_factory=frozenset)
    """Names that it looks up and does not bind."""


def read_program(response: str, wanted: Iterable[str] = (), *, script: bool = False) -> str | None:
    """The program in a response, or None.

    Args:
        response: without its thoughts.
        wanted: names that its tests look up.
        script: it is to read standard input and print, so that it needs no definition.
    """
    response = response.replace("\r\n", "\n").replace("\r", "\n")
    names = frozenset(wanted)
    blocks, outside = _fenced(response)
    if len(blocks) == 1 and names.intersection(_NAMED.findall(blocks[0][0])):
        return _whole(blocks[0][0])[0]  # nothing to choose from
    found = [_described(text, tagged) for text, tagged in blocks[-_BLOCKS:]]
    if not found or (names and not any(block.defines & names for block in found)):
        bare = _unfenced(outside, script)
        found = [_described(bare, True), *found] if bare is not None else found
    if not found:
        return None
    chosen = _chosen(found, names, script)
    return _with_needed(chosen, found, names)


def _fenced(text: str) -> tuple[list[tuple[str, bool]], str]:
    """The fenced blocks that may be Python, each with whether they say so, and the text outside all fences."""
    blocks: list[tuple[str, bool]] = []
    outside: list[str] = []
    held: list[str] = []
    fence = info = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        opens = mark is not None and (not fence or (mark["fence"] == fence and bool(_PYTHON.match(mark["info"]))))
        closes = bool(fence and mark and mark["fence"].startswith(fence) and not mark["info"].strip())
        if fence and (opens or closes):
            blocks += _block(held, info, ended=True)
            held, fence = [], ""
        elif fence:
            held.append(line)
        if mark and opens:
            fence, info = mark["fence"], mark["info"]
        elif not fence and not closes:
            outside.append(line)
    return blocks + (_block(held, info, ended=False) if fence else []), "\n".join(outside)


def _block(lines: Sequence[str], info: str, *, ended: bool) -> list[tuple[str, bool]]:
    """The block, unless it is of another language."""
    tagged = bool(_PYTHON.match(info))
    if not tagged and info.strip():
        return []
    return [("\n".join(_outdented(lines)) + ("\n" if lines and ended else ""), tagged)]


def _outdented(lines: Sequence[str]) -> Sequence[str]:
    """The lines without the indentation, or the marks of a quotation, that the first one has."""
    first = next((line for line in lines if line.strip()), "")
    if first.lstrip().startswith(">") and not first.lstrip().startswith(">>>"):
        lines = [line.lstrip().removeprefix(">").removeprefix(" ") for line in lines]
        first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    if indent:
        lines = [line.removeprefix(indent) if line.strip() else "" for line in lines]
    return _typed(lines) if first.lstrip().startswith(">>>") else lines


def _typed(lines: Sequence[str]) -> list[str]:
    """What was typed in an interactive session, without what it printed."""
    typed = [line.strip() for line in lines if re.match(r"[ \t]*(?:>>>|\.\.\.)(?: |$)", line)]
    code = [re.match(r"[ \t]*(?:>>>|\.\.\.) ?(.*)", line) for line in lines]
    return [mark[1] for mark in code if mark] if typed else list(lines)


def _unfenced(text: str, script: bool) -> str | None:
    """A program that stands in no fence: all of the text, or a stretch of it."""
    for start, end in _TAGS:
        _, tag, rest = text.rpartition(start)
        if tag:
            return "\n".join(_outdented(rest.partition(end)[0].strip("\n").split("\n")))
    if _is_program(text, script):
        return text
    lines = text[: 2 * MOST].split("\n")
    first = next((number for number, line in enumerate(lines) if _BEGINS.match(line)), None)
    if first is None:
        return None
    stretch = list(_stretch(_outdented(lines[first:])))
    program = "\n".join(stretch).rstrip("\n") if first or len(stretch) < len(lines) else text
    meant = script or _DEFINES.search(program)  # as a program, though it may be cut short
    return program if program and (meant or _is_program(program, script)) else None


def _stretch(lines: Sequence[str]) -> Iterator[str]:
    """The lines up to the first one that is prose."""
    quoted = False
    for line in lines:
        if not quoted and (not _GOES_ON.match(line) or _PROSE.match(line)):
            return
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
        yield line


def _is_program(text: str, script: bool) -> bool:
    tree = _parsed(text)
    if tree is None:
        return False
    kinds: tuple[type[ast.stmt], ...] = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    kinds += (ast.Expr, ast.For, ast.With) if script else ()
    return any(isinstance(part, kinds) and not _is_word(part) for part in tree.body)


def _is_word(part: ast.stmt) -> bool:
    """Whether it computes nothing, as a word of prose."""
    return isinstance(part, ast.Expr) and not any(isinstance(node, ast.Call) for node in ast.walk(part))


def _parsed(text: str) -> ast.Module | None:
    if len(text) > MOST:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):  # of a program that nobody here wrote
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _described(text: str, tagged: bool) -> Block:
    text, tree = _whole(text)
    if tree is None:
        names = frozenset(_NAMED.findall(text[:MOST]))
        return Block(text=text, tagged=tagged, whole=False, defines=names, solves=bool(names))
    solving = [part for part in tree.body if _is_definition(part) and not _is_test(part) and not _is_stub(part)]
    aside = {getattr(part, "name", "") for part in tree.body if _is_definition(part)}
    aside -= {getattr(part, "name", "") for part in solving}
    bound = frozenset(_bound(tree))
    return Block(
        text=text,
        tagged=tagged,
        defines=bound - aside,
        solves=bool(solving),
        sketches=any(map(_is_stub, tree.body)),
        uses=frozenset(_looked_up(tree)) - bound - aside - vars(builtins).keys(),
    )


def _whole(text: str) -> tuple[str, ast.Module | None]:
    """A program with what copying does to one undone (tabs, indentation, spaces), where that makes it whole."""
    if (tree := _parsed(text)) is not None:
        return text, tree
    for mended in (text.expandtabs(4), text.expandtabs(8), textwrap.dedent(text), text.replace("\u00a0", " ")):
        if mended != text and (tree := _parsed(mended)) is not None:
            return mended, tree
    return text, None


def _is_definition(part: ast.stmt) -> bool:
    return isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _is_test(part: ast.stmt) -> bool:
    """Whether a definition is a test: by its name, or by the class that it comes from."""
    bases = [ast.unparse(base) for base in part.bases] if isinstance(part, ast.ClassDef) else []
    name: str = getattr(part, "name", "")
    return name.lower().startswith(("test_", "run_test")) or any("TestCase" in base for base in bases)


def _is_stub(part: ast.stmt) -> bool:
    """Whether a function has nothing but a docstring, `pass`, `...` or an exception that says so."""
    if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    rest = [one for one in part.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return all(isinstance(one, ast.Pass) or "NotImplemented" in ast.unparse(one) for one in rest)


def _bound(tree: ast.Module) -> Iterator[str]:
    """Names that a module binds at its top, in blocks of statements too."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue
        if isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        waiting += [] if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node)


def _looked_up(tree: ast.Module) -> Iterator[str]:
    """Names that are looked up anywhere and are bound in no function there."""
    local: set[str] = set()
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            local.add(node.arg)
        elif isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else local).add(node.id)
    yield from read - local


def _chosen(blocks: Sequence[Block], wanted: frozenset[str], script: bool) -> Block:
    """The block that solves: the last one of the best kind that there is."""

    def rank(block: Block) -> tuple[bool, ...]:
        reads = script and bool(_READS.search(block.text))
        runs = script and block.tagged and block.whole
        return (bool(block.defines & wanted), reads, block.solves, block.sketches, runs)

    best = max(map(rank, blocks))
    return next(block for block in reversed(blocks) if rank(block) == best)


def _with_needed(chosen: Block, blocks: Sequence[Block], wanted: frozenset[str]) -> str:
    """The program of a block, behind those others that define what it uses."""
    needed, have = (chosen.uses | wanted) - chosen.defines, [chosen]
    for block in reversed(blocks):
        if block is chosen or not block.whole or not block.defines & needed:
            continue
        needed = (needed | block.uses) - block.defines
        have.insert(0, block)
    return "\n".join(block.text for block in have)
