"""The recipe: one YAML file that says which model becomes which specialist, and how.

Our own keys are strict: an unknown one is an error that names the nearest and its line. Keys of the training stages
other than `lora`, `rewards` and `problems` are TRL's, and are checked against the installed TRL (`chartered.adapt`).
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chartered.common.yaml import Strict, key_lines, read_yaml
from chartered.domains.verifiers.reading.stages import Stage


class Source(Strict):
    """A corpus or problem set: one of the domain's by `name`, or a file of JSON lines by `path`.

    A name with a path is a set that the domain can read but does not ship.
    """

    name: str | None = None
    path: Path | None = None
    licence: str | None = None
    """Licence of a file of your own; needed for a corpus given by path alone."""
    index_base: Literal[0, 1] | None = None
    """From what the answers of the file count that are numbers of options, where it does not show it."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Take at most this many."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_of_both(self) -> "Source":
        if self.name is None and self.path is None:
            raise ValueError("give a name or a path")
        return self


class Data(Strict):
    """What the stages read."""

    corpora: tuple[Source, ...] = ()
    problems: tuple[Source, ...]
    heldout: Annotated[int, Field(ge=2)] = 400
    """Held-out problems that are scored after every stage."""


class TeacherBlock(Strict):
    """An OpenAI-compatible endpoint that works the problems."""

    base_url: str
    model: str
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable with the key; the key itself never stands in a recipe."""
    temperature: Annotated[float, Field(ge=0, le=2)] | None = 0.6
    """null leaves it out, for a model that takes none; so is a model asked that refuses the one given here."""
    stream: bool = False
    """Ask for replies in pieces; so is a model asked that refuses other calls."""
    max_tokens: Annotated[int, Field(ge=1)] = 1024
    concurrency: Annotated[int, Field(ge=1)] = 8
    requests_per_minute: Annotated[float, Field(gt=0)] | None = None
    """At most so many; without it as fast as replies come."""


class Annotate(Strict):
    """Where traces come from; without a teacher or a file they are the domain's worked solutions."""

    teacher: TeacherBlock | None = None
    traces: Path | None = None
    """A file of your own rows (ShareGPT, messages, Alpaca, prompt and completion), taken as they are."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """Annotate at most this many problems, or take at most this many rows."""

    @model_validator(mode="after")
    def _one_source(self) -> "Annotate":
        if self.teacher is not None and self.traces is not None:
            raise ValueError("give a teacher or a file of traces, not both")
        return self


class Training(BaseModel):
    """A training stage: the keys below, and any field of TRL's configuration class."""

    model_config = ConfigDict(extra="allow", frozen=True)

    lora: dict[str, Any] | None = None
    """peft.LoraConfig's own keys; without it the full weights are trained."""

    @property
    def keys(self) -> dict[str, Any]:
        """The keys for TRL."""
        return dict(self.model_extra or {})


class Reinforce(Training):
    """Verifier RL with the domain's rewards."""

    rewards: Annotated[dict[str, float], Field(min_length=1)]
    """Weight of each reward."""
    problems: tuple[str, ...] = ()
    """Kinds of problems to train on; all when empty."""


class Score(Strict):
    """How held-out problems are answered: greedily, and read by the domain's verifier."""

    max_new_tokens: Annotated[int, Field(ge=1)] = 256
    batch_size: Annotated[int, Field(ge=1)] = 32


class Programs(Strict):
    """What programs that a model wrote may use; a key that is left out is the verifier's own (`ProgramLimits`)."""

    cpu_seconds: Annotated[int, Field(ge=1)] | None = None
    """Processor time of a program; with cases of input and output, for each case."""
    wall_seconds: Annotated[float, Field(gt=0)] | None = None
    """Time by the clock, for all cases together; where only `cpu_seconds` is given, twice as much and 2 more."""
    memory_mib: Annotated[int, Field(ge=64)] | None = None
    """Address space of a program."""
    output_kib: Annotated[int, Field(ge=1)] | None = None
    """How much a program may print."""
    packages: tuple[str, ...] | None = None
    """Installed packages that programs may import, beside the standard library."""

    @property
    def given(self) -> dict[str, Any]:
        """The keys that are given, and what follows from them."""
        found = self.model_dump(exclude_none=True)
        if self.cpu_seconds is not None:
            found.setdefault("wall_seconds", max(8.0, 2.0 * self.cpu_seconds + 2))
        return found


class Verify(Strict):
    """How responses are checked: in processes that can be killed."""

    seconds: Annotated[float, Field(gt=0)] = 10.0
    """Wall-clock limit for one response; afterwards it is a time-out."""
    memory_mib: Annotated[int, Field(ge=64)] = 2048
    """What a verifier may allocate; beyond it the response is an error."""
    workers: Annotated[int, Field(ge=1)] = 2
    failures: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Share of the responses that may end in a time-out or an error before the run stops."""
    stages: Annotated[list[Stage], Field(min_length=1)] | None = None
    """Ways to say an answer that are read: marker, tags, box, closing, conclusion. Without it rewards read the first
    three, and everything else what each verifier reads."""
    calibration: Path | None = None
    """What `chartered calibrate-verifier` wrote; verifier RL with a judge needs it."""
    programs: Programs = Programs()

    @model_validator(mode="after")
    def _longer_than_programs(self) -> "Verify":
        wall = self.programs.given.get("wall_seconds", 0.0)
        if wall >= self.seconds:
            raise ValueError(
                f"programs may take {wall:g} seconds by the clock (programs.wall_seconds), and seconds = "
                f"{self.seconds:g} ends the check before; give seconds: {wall + 2:g}"
            )
        return self


class Audit(Strict):
    """What gates the release."""

    probes: tuple[str, ...] = ()
    """Probes to run; all that the domain takes part in when empty."""
    policy: Path | None = None
    """A policy file in place of the domain's default."""
    waivers: Path | None = None
    """A file of waivers: findings that named people accept for a time."""
    items: Annotated[int, Field(ge=1)] = 400
    """Held-out problems that each probe may use."""
    scoring: Literal["generate", "logprob"] = "generate"
    max_new_tokens: Annotated[int, Field(ge=1)] | None = None
    """Of an answer to a probe; as under `score` when absent."""


class Recipe(Strict):
    """The whole recipe."""

    domain: str
    """A plugin's name, or `file.py:object`."""
    model: str = "pocket"
    """`pocket`, `smollm2`, a local folder, or a hub id, which is fetched unless it is in the local cache."""
    revision: str | None = None
    """Commit of the hub id."""
    seed: Annotated[int, Field(ge=0)] = 7
    threads: Annotated[int, Field(ge=1)] = 2
    """CPU threads; results on a CPU repeat for the same number of them."""
    data: Data
    annotate: Annotate = Annotate()
    pretrain: Training | None = None
    finetune: Training | None = None
    reinforce: Reinforce | None = None
    score: Score = Score()
    verify: Verify = Verify()
    audit: Audit = Audit()
    allow_unsafe_code: bool = False
    """Run the model's programs with your rights where this machine has no sandbox, instead of refusing."""
    licence: str = "apache-2.0"
    """Licence of the released model, as the hub spells it."""


TRAINING: tuple[Literal["pretrain", "finetune", "reinforce"], ...] = ("pretrain", "finetune", "reinforce")


class LoadedRecipe(Strict):
    """A recipe, the file it came from and the line of each key."""

    recipe: Recipe
    path: Path
    lines: dict[str, int]

    def where(self, key: str) -> str:
        """The place of a dotted key, as in "recipe.yaml, line 12"."""
        return f"{self.path}, line {self.lines.get(key, 1)}"


def load_recipe(path: Path) -> LoadedRecipe:
    """Read a recipe.

    Raises:
        UsageError: no such file, no YAML, an unknown key (with the nearest and its line) or a bad value.
    """
    recipe = read_yaml(path, Recipe, "recipe")
    return LoadedRecipe(recipe=recipe, path=path, lines=key_lines(path))
