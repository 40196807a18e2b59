"""The command line: another face on the same queries and actions.

Heavy things are imported inside the commands, so that `./plait --help` and a warm start stay quick. A command ends with
exit code 0, or with one sentence and 2 (usage), 3 (environment), 4 (data) or 5 (refused).
"""

import sys


def main() -> None:
    from plait.cli.app import app
    from plait.launch import Stop

    try:
        app(prog_name="./plait")
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        sys.exit(stop.code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
