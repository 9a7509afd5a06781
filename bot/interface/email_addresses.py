"""E-mail addresses as they are compared: everywhere by `comparable`, and nowhere in another way."""

from __future__ import annotations

import re
import unicodedata

# Unicode's composed form writes these as an ASCII letter or sign, and they are not what a mail server knows as one.
_READ_AS_ASCII = re.compile("([\u037e\u1fef\u212a])")


def comparable(address: str) -> str:
    """The form in which an address, or a domain, is stored and compared: composed (NFC), in lower case, stripped.

    Addresses that a mail server may deliver to different people stay different: `ß` is not `ss`, `ﬁ` is not `fi`, and
    a dotless `ı` is not `i`. So neither case folding nor a compatibility form is used.
    """
    pieces = _READ_AS_ASCII.split(address.strip())
    return "".join(each if _READ_AS_ASCII.fullmatch(each) else _composed(each) for each in pieces)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
