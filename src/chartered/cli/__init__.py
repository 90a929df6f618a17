"""The command line. Nothing heavy is imported before a command needs it."""

import errno
import os
import sys

import click

from chartered.cli import audits, plugins, releases, runs
from chartered.commands.import_file import import_file
from chartered.common.errors import CharteredError

EXIT_HELP = "Exit codes: 0 pass, 1 crash, 2 the gate says no, 3 usage, 4 inconclusive, 130 interrupted."


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_HELP)
@click.version_option(package_name="chartered")
def cli() -> None:
    """Turn a small language model into a specialist for a regulated domain, and release it only if an audit says so.

    \b
    Start here:   chartered run medical
    Your model:   chartered audit path/to/model --domain medical
    """  # noqa: D301 - click keeps the lines after a real \b


for _command in (*plugins.COMMANDS, import_file, *runs.COMMANDS, *audits.COMMANDS, *releases.COMMANDS):
    cli.add_command(_command)


def main() -> None:
    """Run the command line; a person's mistake ends in one sentence and an exit code, never a traceback."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # libraries read it when they are imported; bars are ours
    try:
        code = cli(standalone_mode=False)
    except click.exceptions.Abort:
        code = _end("interrupted; what is finished is kept, and the same command goes on from here.", 130)
    except click.ClickException as error:
        error.show()
        code = 3
    except KeyboardInterrupt:
        code = _end("interrupted; what is finished is kept, and the same command goes on from here.", 130)
    except CharteredError as error:
        code = _end(str(error), error.exit_code)
    except OSError as error:
        code = _end(_about_disk(error), 1)
    sys.exit(code)


def _about_disk(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
    if not full and error.filename is None:
        raise error
    place = f" at {error.filename}" if error.filename else ""
    what = f"cannot write{place}" if full else f"cannot open or write {error.filename}"
    return f"{what}: {error.strerror}; what is finished is kept. Mend it and give the same command again."


def _end(message: str, code: int) -> int:
    click.echo(f"chartered: {message}", err=True)
    return code
