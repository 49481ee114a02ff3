"""A worker's process for tests: says what it was told, after some seconds that cost nothing."""

from __future__ import annotations

import os
import sys
import time

from podfeed.worker_process import serve


def answer(request: dict, _: bytes) -> dict:
    time.sleep(request["after"])
    return {"said": dict(os.environ) if request["say"] == "around" else request["say"]}


if __name__ == "__main__":
    serve(answer, float(sys.argv[1]), int(sys.argv[2]))
