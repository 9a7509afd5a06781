"""Repairs of text whose encoding the publisher got wrong."""

from contextlib import suppress

_WINDOWS_1252 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}


def repaired(text: str) -> str:
    """Give `text` without the two common mistakes in feeds that say they are ISO 8859-1.

    Some are really UTF-8, and "café" has become "cafÃ©". Others are really Windows-1252, and have control
    characters where its quotation marks, dashes and euro sign stand.
    """
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_WINDOWS_1252)
