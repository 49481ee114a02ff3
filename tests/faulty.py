"""The frame of the programs that are killed and starved: where the faults may begin, and how such a program ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from podfeed.publish.problem import PublishProblem

START, END = "/podfeed-test-starts", "/podfeed-test-ends"


def between_marks(action: Callable[[], object]) -> NoReturn:
    """Does it between two `access` calls, and exits as the command line does: 0, 1 with a problem, or 3 with one line when
    the storage fails. Nothing runs after that."""
    status = 0
    os.access(START, os.F_OK)
    try:
        action()
    except OSError as error:
        print(f"the storage failed: {error}", file=sys.stderr)
        status = 3
    except PublishProblem as problem:
        print(f"{problem} ({problem.hint})", file=sys.stderr)
        status = 1
    finally:
        os.access(END, os.F_OK)
    sys.stderr.flush()
    os._exit(status)
