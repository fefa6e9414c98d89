"""Draws a QR code as inline SVG: level Q, four modules of quiet around it, one path, sharp at any size."""

from xml.sax.saxutils import quoteattr

QUIET = 4  # modules; ISO/IEC 18004 asks for as many
Modules = list[list[bool]]


def modules(text: str) -> Modules:
    """The symbol without its quiet zone, row by row; upper-case letters and digits take the small alphanumeric form."""
    import qrcode

    drawn: qrcode.QRCode = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)  # type: ignore[type-arg]
    drawn.add_data(text, optimize=0)
    drawn.make(fit=True)
    return [[bool(cell) for cell in row] for row in drawn.get_matrix()]


def svg(text: str, side: float, label: str = "") -> str:
    """The code as an `<svg>` of `side` millimetres, quiet zone included; `label` is what a screen reader says."""
    rows = modules(text)
    size = len(rows) + 2 * QUIET
    path = "".join(_runs(row, y + QUIET) for y, row in enumerate(rows))
    says = f' role="img" aria-label={quoteattr(label)}' if label else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"{says}><path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def _runs(row: list[bool], y: int) -> str:
    """The dark modules of one row as rectangles, neighbours drawn as one."""
    found, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append(f"M{start + QUIET} {y}h{x - start}v1h{start - x}z")
            start = None
    return "".join(found)
