"""A worker's process for tests: says what it was told, after some seconds that cost nothing."""

from __future__ import annotations

import sys
import time

from podfeed.worker_process import serve


def answer(request: dict, _: bytes) -> dict:
    time.sleep(request["after"])
    return {"said": request["say"]}


if __name__ == "__main__":
    serve(answer, float(sys.argv[1]), int(sys.argv[2]))
