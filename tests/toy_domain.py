"""A complete draft plugin, as a reader of the documentation would write it: sums and sizes."""

from collections.abc import Iterator
from pathlib import Path

from chartered.domains import Check, Corpus, Document, Domain, Problem, ProblemSet
from chartered.domains.prompts import answer_line, final_answer

HERE = Path(__file__).parent


def read(problem: Problem, response: str) -> Check:
    answer = final_answer(response)
    if answer is None:
        return Check(status="no_answer", score=0.0, reason="no answer line")
    right = answer == problem.answer
    return Check(status="correct" if right else "wrong", score=float(right), answer=answer)


def sums(_: Path | None) -> Iterator[Problem]:
    for a in range(20):
        for b in range(5):
            yield Problem(
                prompt=({"role": "user", "content": f"How much is {a} + {b}?"},),
                answer=str(a + b),
                kind="sum",
                domain="toy",
                split="heldout" if (a + b) % 4 == 0 else "train",
                solution=answer_line(str(a + b)),
            )


def sizes(_: Path | None) -> Iterator[Problem]:
    animals = ("mouse", "cat", "dog", "horse", "whale")
    for small, animal in enumerate(animals):
        for bigger in animals[small + 1 :]:
            for first, second in ((animal, bigger), (bigger, animal)):
                yield Problem(
                    prompt=({"role": "user", "content": f"Meet the {first} and the {second}. Which is bigger?"},),
                    answer=bigger,
                    kind="size",
                    domain="toy",
                    split="heldout" if (small + len(bigger)) % 3 == 0 else "train",
                    options=(first, second),
                    solution=answer_line(bigger),
                )


def notes(_: Path | None) -> Iterator[Document]:
    for a in range(10):
        yield Document(text=f"Adding {a} and 1 gives {a + 1}. " * 3, source="written here", licence="CC0-1.0")


domain = Domain(
    name="toy",
    api_version=1,
    description="Sums and sizes.",
    licence="CC0-1.0",
    corpora=(Corpus(name="notes", description="", licence="CC0-1.0", source="generated", load=notes),),
    problem_sets=(
        ProblemSet(name="sums", description="", licence="CC0-1.0", source="generated", load=sums),
        ProblemSet(name="sizes", description="", licence="CC0-1.0", source="generated", load=sizes),
    ),
    verifiers={"sum": read, "size": read},
    rewards={
        "correct": lambda problem, response, check: check.score,
        "varied": lambda problem, response, check: len(set(response)) / 256,  # a random model earns some of it
    },
    probes={},
    policy=HERE / "toy_policy.yaml",
    recipes={},
)
