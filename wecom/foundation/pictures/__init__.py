"""Pictures that strangers made, looked at in a process of their own.

What a picture's decoder does with a file that was made to hurt it happens in `child`: a process that is started for
one picture, inherits nothing but that file, may use so much memory and time and no more, and ends. `clean` takes
everything out of the file that is not the picture, places above all, without touching its points; `render` makes the
small pictures that lists and conversations show; `decoder` is the side of whoever wants that.
"""

from .decoder import PART_NAMES, Decoder, NoPicture, Picture

__all__ = ["PART_NAMES", "Decoder", "NoPicture", "Picture"]
