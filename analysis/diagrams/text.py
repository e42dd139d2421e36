"""How wide text is, without a font at hand.

The widths are those of DejaVu Sans, in thousandths of the font size: it is wider than the fonts a reader is likely to
have (Arial, Helvetica, Liberation Sans), so what fits here fits there. What is not in the table counts as a full em.
"""

from __future__ import annotations

from math import ceil

_REGULAR: dict[int, str] = {
    275: "'",
    278: "ijl",
    295: "IJ",
    318: " ,.·",
    337: "/:;\\|",
    352: "f",
    361: "-",
    390: "()[]",
    392: "t",
    401: "!",
    411: "r",
    460: '"',
    500: "*_`\N{EN DASH}",
    521: "s",
    525: "z",
    531: "?",
    550: "c",
    557: "L",
    575: "F",
    579: "k",
    592: "vxy",
    603: "P",
    611: "TY",
    612: "o",
    613: "a",
    615: "e",
    632: "E",
    634: "hnu",
    635: "Sbdgpq",
    636: "$0123456789{}",
    656: "K",
    684: "AV",
    685: "XZ",
    686: "B",
    695: "R",
    698: "C",
    732: "U",
    748: "N",
    752: "H",
    770: "D",
    775: "G",
    780: "&",
    787: "OQ",
    818: "w",
    838: "#+<=>^~\N{MULTIPLICATION SIGN}→≤±↔",
    863: "M",
    950: "%",
    974: "m",
    989: "W",
    1000: "@…",
}

_BOLD: dict[int, str] = {
    306: "'",
    343: "ijl",
    348: " ",
    365: "/\\|",
    372: "IJ",
    380: ",.·",
    400: ":;",
    415: "-",
    435: "f",
    456: "!",
    457: "()[]",
    478: "t",
    493: "r",
    500: "_`\N{EN DASH}",
    521: '"',
    523: "*",
    580: "?",
    582: "z",
    593: "c",
    595: "s",
    637: "L",
    645: "x",
    652: "vy",
    665: "k",
    675: "a",
    678: "e",
    682: "T",
    683: "EF",
    687: "o",
    696: "$0123456789",
    712: "hnu{}",
    716: "bdgpq",
    720: "S",
    724: "Y",
    725: "Z",
    733: "P",
    734: "C",
    762: "B",
    770: "R",
    771: "X",
    774: "AV",
    775: "K",
    812: "U",
    821: "G",
    830: "D",
    837: "HN",
    838: "#+<=>^~\N{MULTIPLICATION SIGN}→≤±↔",
    850: "OQ",
    872: "&",
    924: "w",
    995: "M",
    1000: "@…",
    1002: "%",
    1042: "m",
    1103: "W",
}

_WIDTHS = {
    bold: {character: width for width, characters in table.items() for character in characters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
ELLIPSIS, TIMES, TO = "…", "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"


def width(text: str, size: int, *, bold: bool = False) -> int:
    """Pixels that a text takes at a font size, rounded up."""
    table = _WIDTHS[bold]
    return ceil(sum(table.get(character, 1000) for character in text) * size / 1000)


def fitted(text: str, size: int, room: int, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text.rstrip() + ELLIPSIS, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip(" ·-") + ELLIPSIS
