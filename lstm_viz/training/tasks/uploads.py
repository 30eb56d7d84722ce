"""What a person uploads, as text: any usual encoding. What is no text is refused by its kind."""

from typing import Final

from lstm_viz.training.task import Upload

MOST_BYTES: Final = 20_000_000

_BYTE_ORDER_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_NOT_TEXT: Final = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive; save the sheet as CSV, or unpack it, first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file; save it as CSV or as plain text first"),
    (b"\x1f\x8b", "compressed; unpack it first"),
    (b"%PDF", "a PDF; copy its text, or save the table as CSV, first"),
)


def text_of(upload: Upload) -> str:
    """Return an upload as text, each line ended by a line feed alone.

    Raises
    ------
    ValueError
        If it is empty, larger than ``MOST_BYTES``, or no text.
    """
    content = upload.content
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"{upload.name} has {len(content) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB can be read. "
            "Cut it shorter first."
        )
    for start, what in _NOT_TEXT:
        if content.startswith(start):
            raise ValueError(f"{upload.name} is {what}.")
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise ValueError(f"{upload.name} is no text: a CSV or a plain text file is needed.")
    if not text.strip():
        raise ValueError(f"{upload.name} is empty.")
    return text


def _decoded(content: bytes) -> str:
    """Read UTF-8, what a byte order mark announces, or else Windows' Western encoding."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
