"""A process that judges: `python -m wecom.features.checkins.judges_child`, which ends when its standard input does.

It is handed, and hands back, eight bytes of length and so many of what has been pickled; see `judges`.
"""

import gc
import os
import pickle
import sys

from .judges import LENGTH
from .judging import judged
from .rulebook import Rulebook


def main() -> None:
    gc.disable()  # What is judged makes no circles, and is let go of with the answer.
    os.nice(5)
    told, said = sys.stdin.buffer, sys.stdout.buffer
    book = None
    while len(length := told.read(LENGTH)) == LENGTH:
        made_of, work = pickle.loads(told.read(int.from_bytes(length)))
        if made_of is not None:
            book = Rulebook(*made_of)
        assert book
        answer = pickle.dumps(judged(book, work), protocol=5)
        said.write(len(answer).to_bytes(LENGTH) + answer)
        said.flush()


if __name__ == "__main__":
    main()
