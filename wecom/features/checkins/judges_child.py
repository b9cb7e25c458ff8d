"""A process that judges: `python -P judges_child.py`, which ends when its standard input does.

It is handed, and hands back, eight bytes of length and so many of what has been pickled; see `judges`.
"""

import gc
import os
import pickle
import sys
from pathlib import Path
from types import ModuleType

PACKAGE = "wecom.features.checkins"


def main() -> None:
    gc.disable()  # What is judged makes no circles, and is let go of with the answer.
    os.nice(5)
    if PACKAGE not in sys.modules:
        _bare()
    from wecom.features.checkins.judges import LENGTH
    from wecom.features.checkins.judging import done
    from wecom.features.checkins.rulebook import Rulebook

    told, said = sys.stdin.buffer, sys.stdout.buffer
    book = None
    while len(length := told.read(LENGTH)) == LENGTH:
        made_of, work = pickle.loads(told.read(int.from_bytes(length)))
        if made_of is not None:
            book = Rulebook(*made_of)
        assert book
        answer = pickle.dumps(done(book, work), protocol=5)
        said.write(len(answer).to_bytes(LENGTH) + answer)
        said.flush()


def _bare() -> None:
    """The package without all that it offers: to import that takes a second or two of a core, what judges a tenth."""
    package = ModuleType(PACKAGE)
    package.__path__ = [str(Path(__file__).parent)]
    sys.modules[PACKAGE] = package


if __name__ == "__main__":
    main()
