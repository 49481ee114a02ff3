"""A program that puts an imported show's files in place, for the tests that kill it and starve it.

    python tests/placing_import.py FOLDER

Between its two `access` calls, and only there, it touches FOLDER. It exits as the command line does: 0, or 3 with one line
when the storage fails.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from podfeed.importing.placing import place
from tests.faulty import between_marks

FILES = {
    "show.yaml": "title: Tide\n" * 50,
    "people.yaml": "bob-frost: {name: Bob Frost}\n",
    "ledger.json": '{"episodes": {}}\n',
    **{f"episodes/day-{number}.yaml": f"title: Day {number}\n" * 20 for number in range(3)},
}


def main(folder: str) -> None:
    with tempfile.TemporaryDirectory() as elsewhere:  # everything is imported before the faults begin
        place(Path(elsewhere) / "new", FILES)
        (Path(elsewhere) / "README.md").write_text("mine")
        place(Path(elsewhere), {"show.yaml": ""})
    between_marks(lambda: place(Path(folder), FILES))


if __name__ == "__main__":
    main(*sys.argv[1:])
