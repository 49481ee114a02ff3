"""What every message means: the rules' docstrings and the readers' manuals, by code."""

from __future__ import annotations

import inspect


def _all() -> dict[str, str]:
    from podfeed.check.rules import RULES
    from podfeed.source import audio, files, images, transcript, yaml
    from podfeed.source.codes import MANUAL

    found: dict[str, str] = {}
    for module in (yaml, files, audio, images, transcript):
        found.update(module.MANUAL)
    found.update(MANUAL)
    for rule in RULES:
        found[rule.__name__.replace("_", "-")] = inspect.getdoc(rule) or ""
    return found


def codes() -> list[str]:
    """Every code that a message may carry."""
    return sorted(_all())


def manual(code: str) -> str | None:
    """The manual of a code, or None if there is no such code."""
    text = _all().get(code)
    return None if text is None else f"{code}\n\n{text}"
