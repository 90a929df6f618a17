"""`python -m chartered.adapt.pocket`: make the pocket again from a seed, tokenizer and weights."""

from pathlib import Path

import click


@click.command()
@click.option("--seed", default=7, show_default=True, help="Seed of text, weights and order.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write to.  [default: the shipped one]")
@click.option("--tokens", type=click.IntRange(min=1), help="Tokens to train on.  [default: as shipped]")
@click.option("--threads", default=1, show_default=True, type=click.IntRange(min=1), help="Processor threads.")
def main(seed: int, output: Path | None, tokens: int | None, threads: int) -> None:
    """Make the pocket from a seed; progress goes to the screen, the model to a folder."""
    from chartered.adapt.pocket import pocket_path
    from chartered.adapt.pocket.train import Plan, train

    plan = Plan(seed=seed, tokens=tokens or Plan().tokens, threads=threads)
    made = train(plan, output or pocket_path(), lambda line: click.echo(line, err=True))
    click.echo(
        f"{made.parameters:,} parameters, {made.steps} steps, {made.tokens:,} tokens, loss {made.loss:.3f}, "
        f"{made.cpu_seconds:.0f} s of CPU time (seed {seed}); written to {output or pocket_path()}"
    )


if __name__ == "__main__":
    main()
