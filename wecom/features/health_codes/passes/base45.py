"""Bytes as QR codes hold them best: RFC 9285."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


class NotBase45(ValueError):
    """It was not written so."""


def encode(raw: bytes) -> str:
    letters = []
    for start in range(0, len(raw) - 1, 2):
        rest, first = divmod(raw[start] * 256 + raw[start + 1], 45)
        third, second = divmod(rest, 45)
        letters += [first, second, third]
    if len(raw) % 2:
        second, first = divmod(raw[-1], 45)
        letters += [first, second]
    return "".join(ALPHABET[each] for each in letters)


def decode(text: str) -> bytes:
    try:
        values = [_VALUES[letter] for letter in text]
    except KeyError as problem:
        raise NotBase45 from problem
    raw = bytearray()
    for start in range(0, len(values), 3):
        group = values[start : start + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        size = len(group) - 1
        if size == 0 or number >= 256**size:
            raise NotBase45
        raw += number.to_bytes(size, "big")
    return bytes(raw)
