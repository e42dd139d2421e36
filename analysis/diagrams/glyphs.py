"""The glyphs of services in SVG: lines on a square of 24 units, drawn for this project.

AWS's own artwork is not copied.
"""

from __future__ import annotations

GLYPHS: dict[str, str] = {
    "people": (
        "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 2.5-6.5 6-6.5s6 2.5 6 6.5M16 5a3 3 0 0 1 0 6"
        "M17.5 14c2.2.6 3.5 2.6 3.5 6"
    ),
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
    "building": "M5 21V4h9v17M14 10h5v11M3 21h18M8 8h3M8 12h3M8 16h3",
    "code": "M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14",
    "pulse": "M3 13h4l2.5-7 4 13 3-9 1.5 3h3",
    "arrows": "M3 8h14M13 4l4 4-4 4M21 16H7M11 12l-4 4 4 4",
    "balancer": "M12 3v6M12 9H5v6M12 9h7v6M12 9v6M3.5 15h3v4h-3zM10.5 15h3v4h-3zM17.5 15h3v4h-3z",
    "door": "M4 4h9v16H4zM10 12h11M17 8l4 4-4 4",
    "plug": "M3 12h5M16 12h5M8 7h5a5 5 0 0 1 0 10H8zM11 10v4",
    "hub": (
        "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 9V3M12 15v6M9.4 10.5L4 7.5M14.6 13.5l5.4 3M14.6 10.5L20 7.5"
        "M9.4 13.5L4 16.5"
    ),
    "wall": ("M3 5h18v14H3zM3 9.7h18M3 14.3h18M9 5v4.7M15 5v4.7M6 9.7v4.6M12 9.7v4.6M18 9.7v4.6M9 14.3V19M15 14.3V19"),
    "list": "M5 3h14v18H5zM8.5 8h7M8.5 12h7M8.5 16h4",
    "box": "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
    "wheel": (
        "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM12 2v7.5M12 14.5V22"
        "M2 12h7.5M14.5 12H22"
    ),
    "server": "M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5h.5M7.5 16.5h.5M11 7.5h6M11 16.5h6",
    "function": "M5 4h4l7 16h3M12 11L6.5 20H4.5",
    "cylinder": (
        "M5 6c0-1.7 3.1-3 7-3s7 1.3 7 3-3.1 3-7 3-7-1.3-7-3zM5 6v12c0 1.7 3.1 3 7 3s7-1.3 7-3V6"
        "M5 12c0 1.7 3.1 3 7 3s7-1.3 7-3"
    ),
    "bolt": "M13 2L5 13.5h6L10 22l9-12h-6.5z",
    "table": "M4 4h16v16H4zM4 9.3h16M4 14.6h16M10 4v16",
    "bucket": "M4 6h16l-2.2 14.5H6.2zM4 6c0-1.5 3.6-2.5 8-2.5s8 1 8 2.5",
    "folder": "M3 6h7l2 2.5h9V19H3z",
    "disk": "M4 4h16v16H4zM8 4v6h8V4M8 20v-5h8v5",
    "vault": "M4 4h16v15H4zM12 8a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM12 11.5h5M6 19v2M18 19v2",
    "warehouse": "M3 9l9-5 9 5v11H3zM7 20v-4M11 20v-8M15 20v-6M18 20v-9",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
    "queue": "M3 8h4v8H3zM10 8h4v8h-4zM17 8h4v8h-4zM7 12h3M14 12h3",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 1.5H4zM10 21h4",
    "steps": "M4 4h6v5H4zM14 9.5h6v5h-6zM4 15h6v5H4zM10 6.5h7v3M17 14.5v3h-7",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l4 2.5",
    "shield": "M12 3l8 3v6c0 4.5-3.2 7.5-8 9-4.8-1.5-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5",
    "seal": "M12 3a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM8.5 14L7 21.5l5-2.5 5 2.5L15.5 14M9.8 9l1.6 1.6L14.5 7.5",
    "key": "M8 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 12h9M17.5 12v4M20.5 12v3",
    "lock": "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3M12 15v2.5",
    "badge": (
        "M5 3h14v18H5zM12 8a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 12 8zM8 18c0-2.5 1.6-3.8 4-3.8s4 1.3 4 3.8M10 3v2h4V3"
    ),
    "eye": (
        "M2 12c2.8-4.5 6.2-6.5 10-6.5s7.2 2 10 6.5c-2.8 4.5-6.2 6.5-10 6.5S4.8 16.5 2 12z"
        "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
    ),
}
"""Name → what a `path` draws."""
