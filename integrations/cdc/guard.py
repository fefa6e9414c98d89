"""Whether a workbook is safe to open: judged on its bytes, before any reader believes what they say.

A few kilobytes can hold gigabytes (a zip bomb) or one cell in column XFD, row 1,048,576, for which the reader would
allocate half a terabyte and abort the process. So every part is inflated once in small pieces, and counted.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from integrations.cdc.columns import SEARCHED_ROWS, ListRefused

MOST_INFLATED = 300 * 2**20
"""Bytes all parts of a workbook may have together once inflated."""
MOST_CELLS = 6_000_000
"""Rows times columns that the sheet's corners may span; the reader allocates all of them."""

_PIECE = 1 << 20
_BITE = 1 << 16
_OVERLAP = 64  # a cell's reference may be torn by two pieces; none is longer
_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传"
# All capitals become A and ' becomes ", so that a search for plain bytes finds every reference of two letters or more.
_FOLDED = bytes.maketrans(b"BCDEFGHIJKLMNOPQRSTUVWXYZ'", b"A" * 25 + b'"')
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\s*([A-Z]+)([0-9]+)""")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check(data: bytes, most_rows: int) -> None:
    """Raise `ListRefused` unless `data` is a sound .xlsx of at most `most_rows` people and bearable size."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if _ENCRYPTED in data:
            raise ListRefused("文件有密码，打不开", "请去掉打开密码，另存后再上传")
        raise ListRefused("这是旧格式文件（.xls）", _SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error, UnicodeDecodeError) as error:
        raise ListRefused("文件已损坏，或不是表格", _SAVE_AS) from error
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names or len(names) != len(parts):
        raise ListRefused("压缩包里没有 Excel 表格", _SAVE_AS)
    if sum(part.file_size for part in parts) > MOST_INFLATED:
        raise _bomb()
    _measure(data, parts, most_rows)


def _measure(data: bytes, parts: list[zipfile.ZipInfo], most_rows: int) -> None:
    """Inflate every part, and refuse what is larger than it says it is or spans too many cells."""
    total = 0
    for part in parts:
        corner = _Corner()
        for piece in _inflate(data, part):
            total += len(piece)
            if total > MOST_INFLATED:
                raise _bomb()
            if b"<!DOCTYPE" in piece:
                raise ListRefused("文件里有不该有的内容（DOCTYPE）", _SAVE_AS)
            corner.see(piece)
        if corner.row > most_rows + SEARCHED_ROWS:
            raise ListRefused(
                f"表格用到了第{corner.row}行，一次最多{most_rows}行", "请删除名单下方多余的行，或拆成几个文件上传"
            )
        if corner.row * corner.column > MOST_CELLS:
            raise ListRefused(f"表格用到了第{corner.column}列，范围太大", "请删除名单右侧多余的列后再上传")


class _Corner:
    """The last row and column that the references of one part name, from its pieces in order."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self._rest = b""

    def see(self, piece: bytes) -> None:
        """Take in the next piece; the exact count is made only where references are long, which is rare."""
        text = self._rest + piece
        self._rest = text[-_OVERLAP:]
        folded = text.translate(_FOLDED, b" \t\r\n")
        if b'r="AA' in folded:
            for letters, digits in _REFERENCE.findall(text):
                self._reach(letters, digits)
            return
        # Within one letter the columns are at most 26, and rows ascend: the last reference tells the row.
        self.column = max(self.column, 26) if b'r="A' in folded else self.column
        last = folded.rfind(b'r="A')
        if last >= 0 and (digits := re.match(rb"[0-9]+", folded[last + 4 : last + 24])):
            self._reach(b"A", digits.group())

    def _reach(self, letters: bytes, digits: bytes) -> None:
        column = 0
        for letter in letters[:4]:
            column = column * 26 + letter - 64
        self.column, self.row = max(self.column, column), max(self.row, int(digits[:12]))


def _inflate(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of `part` in pieces, all of it, whatever size the directory claims."""
    start = part.header_offset
    if part.flag_bits & 0x1:
        raise ListRefused("文件有密码，打不开", "请去掉密码，另存后再上传")
    if data[start : start + 4] != b"PK\x03\x04" or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ListRefused("文件已损坏，或压缩方式特殊", _SAVE_AS)
    name, extra = struct.unpack_from("<HH", data, start + 26)
    begin = start + 30 + name + extra
    packed = memoryview(data)[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    inflater = zlib.decompressobj(-15)
    try:
        for at in range(0, len(packed), _BITE):
            rest: bytes | memoryview = packed[at : at + _BITE]
            while rest:
                yield inflater.decompress(rest, _PIECE)
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise ListRefused("文件已损坏", _SAVE_AS) from error


def _bomb() -> ListRefused:
    return ListRefused("文件解压后过大，可能不是正常的名单", "请把名单复制到一个新的工作簿，另存为 .xlsx 再上传")
