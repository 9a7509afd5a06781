"""The text of a feed: finding its encoding, and repairing text whose encoding the publisher got wrong."""

import codecs
import re
from contextlib import suppress

from adapters.feeds.documents import Document
from adapters.feeds.refusals import FeedRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_NAMES = {
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "euc-kr": "cp949",
    "windows-874": "cp874",
}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Encodings of text that keep ASCII as it is. Others of Python's codecs turn it into something else.
_ASCII_KEPT = re.compile(
    r"ascii|utf[-_]?8|iso8859-\d+|cp(?:125\d|8\d\d|437|737|775|932|949|950)|koi8-[rut]|mac-?[a-z]+|kz1048|ptcp154|tis-620"
    r"|big5(?:hkscs)?|gb2312|gbk|gb18030|euc_[a-z_0-9]+|shift_jis(?:x?_?\d+)?|johab|hp-roman8"
)
_MOST_ACCENTS = 3
_SWITCHING = re.compile(r"iso2022_[a-z]+(?:_\w+)?")
_MANY_BYTES = re.compile(r"big5|gb|euc_|shift_jis|johab|cp9")
# What servers send for every text, whatever it is in.
_DEFAULTS = {"ascii", "cp1252"}
_ONE_BYTE = re.compile(r"iso8859-\d+|cp(?:125\d|8\d\d|437|737|775)|koi8-\w|mac-?[a-z]+|kz1048|ptcp154|hp-roman8")
# What stands beside the letters of any language.
_BESIDE_LETTERS = r"\s\u2010-\u203f\u00a0\u00ab\u00bb\u00b7\u2116"
_NOT_ASCII = re.compile(rf"[^\x00-\x7f{_BESIDE_LETTERS}]+")
_WORD = re.compile(rf"[^\x00-\x40\x5b-\x60\x7b-\x7f{_BESIDE_LETTERS}]*[^\x00-\x7f{_BESIDE_LETTERS}]+[^\W\d_]*")
_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
_WINDOWS_1252 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}


def decoded(document: Document) -> str:
    """Give the text of a feed. Raises FeedRefused if it is not written in the encoding that it declares.

    A byte order mark counts before the server's charset, and that before the feed's own declaration. But text that can
    be read as UTF-8 is UTF-8: nothing else looks like it by chance. Where two readings are possible, none is taken.
    """
    content = document.content
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _read(content, encoding)
    if content[:4] in (b"<\0?\0", b"\0<\0?"):
        return _read(content, "utf-16-le" if content[0] else "utf-16-be")
    by_server, by_feed = _codec(document.charset), _codec(_own(content))
    text = _as_utf_8(content, by_server, by_feed)
    if text is not None:
        return text
    if _own(content) and not by_feed:
        raise FeedRefused("The feed declares an encoding that is not known here.")
    return _as_declared(content, by_server, by_feed)


def _own(content: bytes) -> str:
    found = _DECLARED.match(content.lstrip())
    return found[1].decode("ascii") if found else ""


def _codec(name: str) -> str:
    """Python's name of an encoding of text that keeps ASCII as it is; empty for any other name."""
    try:
        found = codecs.lookup(_OTHER_NAMES.get(name.lower(), name)).name if name else ""
    except LookupError:
        return ""
    # ISO 8859-1 has nothing where Windows-1252 has quotation marks and the euro sign.
    found = "cp1252" if found == "iso8859-1" else found
    return found if _ASCII_KEPT.fullmatch(found) or _SWITCHING.fullmatch(found) else ""


def _as_utf_8(content: bytes, by_server: str, by_feed: str) -> str | None:
    if b"\x1b" in content and _SWITCHING.fullmatch(by_server or by_feed):
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    for each in (by_server, by_feed):
        if _MANY_BYTES.match(each) and not text.isascii() and _fits(content, each):
            raise FeedRefused("The feed can be read as UTF-8 and as the encoding that it declares, so it was not read.")
    return text


def _as_declared(content: bytes, by_server: str, by_feed: str) -> str:
    if by_server in _DEFAULTS and by_feed not in ("", by_server):
        # Here the server is as likely to be wrong as the feed, so text that fits both encodings is refused.
        if by_feed != "utf-8" and _fits(content, by_server) and _looks_right(_read(content, by_server), by_server):
            raise FeedRefused("The feed's server names another encoding than the feed itself, so it was not read.")
        by_server = by_feed
    encoding = by_server or by_feed
    text = _read(content, encoding)
    if not _looks_right(text, encoding):
        raise FeedRefused("The feed's text does not look like the encoding that it declares, so it was not read.")
    return text


def _fits(content: bytes, encoding: str) -> bool:
    with suppress(UnicodeDecodeError):
        return bool(content.decode(encoding))
    return False


def _looks_right(text: str, encoding: str) -> bool:
    """Whether most words look like words: any bytes at all are well-formed in an encoding of one byte a character."""
    if not _ONE_BYTE.fullmatch(encoding):
        return True
    words = [each[0] for each in _WORD.finditer(text)]
    return sum(map(_looks_wrong, words)) * 2 <= len(words)


def _looks_wrong(word: str) -> bool:
    letters = [each for each in word if each.isalpha()]
    latin = sum(1 for each in letters if _LATIN.match(each))
    if 0 < latin < len(letters):
        return True
    runs = _NOT_ASCII.findall(word)
    mixed = any(any(map(str.isalpha, run)) and not all(map(str.isalpha, run)) for run in runs)
    return mixed or (latin > 0 and any(len(run) > _MOST_ACCENTS for run in runs))


def _read(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        broken = "not written in the encoding that it declares" if encoding else "not UTF-8, and declares nothing else"
        raise FeedRefused(f"The feed is {broken}: see its line {line}.") from None


def repaired(text: str) -> str:
    """Give `text` without the two common mistakes in feeds that say they are ISO 8859-1.

    Some are really UTF-8, and "café" has become "cafÃ©". Others are really Windows-1252, and have control
    characters where its quotation marks, dashes and euro sign stand.
    """
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_WINDOWS_1252)
