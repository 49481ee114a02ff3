"""Proofs in lots: some of them in every slow run, the rest with `--every-lot`, for the night before a release."""

from __future__ import annotations

import pytest


def lots(number: int, usual: int) -> list[object]:
    """The seeds of `number` lots, of which the first `usual` are run without being asked for."""
    return [seed if seed < usual else pytest.param(seed, marks=pytest.mark.long) for seed in range(number)]
