"""python -m podfeed, and the command `podfeed`: what needs no more than a glance is answered here, the rest in `cli`."""

import gc
import sys
import time


def main() -> None:
    words = sys.argv[1:]
    if words == ["--version"]:
        from podfeed import __version__

        print(f"podfeed {__version__}")
        return
    from podfeed.unchanged import answer

    if answer(words, time.time_ns()):
        sys.exit(0)
    gc.disable()  # what is imported and read now stays: looking through it for rubbish took a tenth of a check
    from podfeed.cli import main as run

    run()


if __name__ == "__main__":
    main()
