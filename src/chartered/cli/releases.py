"""Commands that release, sign and verify."""

from pathlib import Path
from typing import Any

import click


@click.command(short_help="Release a finished run, or refuse with reasons.")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write.  [default: RUN/release]")
@click.option("--key", type=click.Path(path_type=Path), help="Private key that signs; see `keygen`.")
def release(run_folder: Path, output: Path | None, key: Path | None) -> None:
    """Release a finished RUN, or refuse with reasons: it takes a passing verdict for exactly these weights."""
    from chartered.commands.release import release_run, still_missing

    folder = release_run(run_folder, output=output, key=key)
    click.echo(folder)
    click.echo(still_missing(folder), err=True)


@click.command(short_help="Sign a release off, in your role.")
@click.argument("folder", metavar="RELEASE", type=click.Path(path_type=Path))
@click.option("--role", required=True, help="Role in which you sign, as the policy names it.")
@click.option("--name", required=True, help="Your name.")
@click.option("--statement", default="", help="What you want to say beside.")
@click.option("--key", type=click.Path(path_type=Path), help="Your private key; see `keygen`.")
@click.option("--public-key", type=click.Path(path_type=Path), help="Public key of the one who made the release.")
def sign(folder: Path, **options: Any) -> None:
    """Sign a RELEASE off: verify it, then add your signed statement about its verdict and every byte."""
    from chartered.commands.release import sign_folder

    click.echo(sign_folder(folder, **options))


@click.command(short_help="Verify a release: every byte and signature.")
@click.argument("folder", metavar="RELEASE", type=click.Path(path_type=Path))
@click.option("--public-key", type=click.Path(path_type=Path), help="Public key of a signer whom you trust.")
@click.option("--trust", multiple=True, metavar="ROLE=PUBKEY", help="Key that a role must have signed with; repeat.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(folder: Path, public_key: Path | None, trust: tuple[str, ...], as_json: bool) -> None:
    """Verify a RELEASE: every byte, the signatures, verdict, policy, waivers, sign-offs and expiry."""
    from chartered.commands.release import verify_folder

    click.echo(verify_folder(folder, public_key, trust, as_json=as_json))


@click.command(short_help="Make a key pair to sign with.")
@click.argument("path", type=click.Path(path_type=Path))
def keygen(path: Path) -> None:
    """Make an Ed25519 key pair: PATH (private, readable by you alone) and PATH.pub."""
    from chartered.audit.release.signing import make_key

    make_key(path)
    click.echo(f"{path} (private: keep it to yourself)\n{path}.pub (give it to those who verify)")


COMMANDS = (release, sign, verify, keygen)
