"""The manual: what the functions of the training problems do, in sentences and examples."""

from collections.abc import Iterator

from chartered.domains.authoring.generated import generated_corpus
from chartered.domains.code.problems.tasks import LICENCE, Task, result, tasks, written
from chartered.domains.contract import Document


def manual() -> Iterator[Document]:
    """Four documents a function of the training split: source, examples, a trace of its bugs, and what it is for."""
    for task in tasks():
        if task.split == "train":
            for name, text in _tellings(task).items():
                yield Document(text=text, source=f"code/manual/{name}", licence=LICENCE)


def _tellings(task: Task) -> dict[str, str]:
    calls = task.calls("corpus", n=10)
    examples = [f"{written(task.name, call)} returns {result(task.source, call)}." for call in calls]
    head = f"def {task.name}({task.args}):"
    return {
        "source": f"A function that returns {task.says}:\n\n{task.source}",
        "examples": f"{task.name}({task.args}) returns {task.says}.\n" + "\n".join(examples[:5]),
        "docstring": f'{head}\n    """Return {task.says}."""\n' + task.source.partition("\n")[2],
        "bugs": f"To return {task.says}, this is right:\n\n{task.source}\nThis is wrong:\n\n{task.bugs[0]}",
        "more": f"Calls of {task.name}, which returns {task.says}.\n" + "\n".join(examples[5:]),
    }


MANUAL = generated_corpus(
    "manual", "small Python functions with what they return, examples and typical bugs", manual, LICENCE
)
