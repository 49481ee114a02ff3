"""python -m podfeed, and the command `podfeed`: what needs no more than a glance is answered here, the rest in `cli`."""

import gc
import os
import sys
import time


def main() -> None:
    """The program: what `run` does, and then the end at once.

    Taking apart what the system takes back anyway is a tenth of an edit of a small show. A server has threads and processes
    that want to end in their own way; so has a pipe that nobody reads any more.
    """
    try:
        run()
    except SystemExit as ended:
        status = ended.code or 0
        if not isinstance(status, int) or "podfeed.web" in sys.modules:
            raise
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream:
                    stream.flush()
        except (OSError, ValueError):
            raise ended from None
        os._exit(status)


def run() -> None:
    """Does what the command line says; SystemExit has the status."""
    words = sys.argv[1:]
    if words == ["--version"]:
        from podfeed import __version__

        print(f"podfeed {__version__}")
        sys.exit(0)
    from podfeed.unchanged import answer

    if answer(words, time.time_ns()):
        sys.exit(0)
    gc.disable()  # what is imported and read now stays: looking through it for rubbish took a tenth of a check
    from podfeed.cli import main as command

    command()


if __name__ == "__main__":
    main()
