"""What happens to files: cut off, bits turned, pieces put in, doubled or moved; of workbooks also inside their parts."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random
from typing import Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

PIECES: Final[dict[str, tuple[bytes, ...]]] = {
    "csv": (
        b'"',
        b'""',
        b'"""',
        b",",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b'",\n',
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xe9",
        b"\xf0\x9f",
        b";",
        b"\t",
        b'\\"',
    ),
    "json": (
        b'"',
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\n",
        b"\0",
        b"\\ud800",
        b"\xff",
        b"NaN",
        b"1e999",
        b"-",
        b'{"value":',
        b"null",
        b"//",
        b'"sys_id":"x",',
    ),
    "xml": (
        b"<",
        b">",
        b"&",
        b"</",
        b"/>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"&#0;",
        b"&#x41;",
        b"&lt;",
        b"&x;",
        b"\0",
        b"\xff",
        b"<a/>",
        b"<?x?>",
        b'<!DOCTYPE a [<!ENTITY x "y">]>',
        b"<value>x</value>",
    ),
}
PIECES["jsonl"] = PIECES["json"]
BYTES: Final = (
    b"",
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x7f",
    b"\x80",
    b"PK\x03\x04",
    b"PAR1",
    b"\x15\x00",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
)


def damaged(draw: Random, kind: str, content: bytes) -> bytes:
    """The content after one to four changes."""
    if kind == "xlsx" and draw.random() < 0.6:
        return _damaged_part(draw, content)
    for _ in range(draw.choice((1, 1, 2, 4))):
        content = _changed(draw, content, PIECES.get(kind, BYTES))
    return content


def _changed(draw: Random, content: bytes, pieces: tuple[bytes, ...]) -> bytes:
    changes: list[Callable[[bytes, int, int], bytes]] = [
        lambda whole, at, _to: whole[:at],
        lambda whole, at, _to: whole[:at] + draw.choice(pieces) + whole[at:],
        lambda whole, at, _to: whole[:at] + draw.choice(pieces) + whole[at + 1 :],
        lambda whole, at, _to: (
            whole[:at] + bytes([whole[at] ^ (1 << draw.randrange(8))]) + whole[at + 1 :] if whole else whole
        ),
        lambda whole, at, to: whole[:at] + whole[to:],
        lambda whole, at, to: whole[:to] + whole[at:to] + whole[to:],
        lambda whole, at, to: whole + whole[at:to],
    ]
    at = draw.randrange(max(len(content), 1))
    to = min(len(content), at + draw.choice((1, 2, 5, 40, 200)))
    return draw.choice(changes)(content, at, to)


def _damaged_part(draw: Random, content: bytes) -> bytes:
    """A workbook of which one part is changed, with checksums that are right for it."""
    target = io.BytesIO()
    try:
        with ZipFile(io.BytesIO(content)) as parts, ZipFile(target, "w", ZIP_DEFLATED) as changed:
            names = parts.namelist()
            chosen = draw.choice([name for name in names if name.startswith("xl/")])
            for name in names:
                part = parts.read(name)
                changed.writestr(name, _changed(draw, part, PIECES["xml"]) if name == chosen else part)
    except BadZipFile:
        return content
    return target.getvalue()
