"""Sheets of codes for a browser to print: A4 with 3 × 8 labels, or wristbands of 25 × 250 mm, one a page.

All lengths are millimetres. A sheet loads nothing from anywhere: codes are inline SVG, and the style stands in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from integrations.qr import encode

ACROSS, DOWN = 3, 8
_LABEL_CODE = 30.0  # of a label 70 × 37: 0.8 mm a module, read at arm's length
_BAND_CODE = 22.0  # of a band 25 high: 0.6 mm a module

_STYLE = """
  * { box-sizing: border-box; margin: 0 }
  body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #000 }
  .advice { padding: 4mm; font-size: 10pt; background: #fff7d6 }
  .page { break-after: page; break-inside: avoid; overflow: hidden; background: #fff }
  .page:last-child { break-after: auto }
  .one { display: flex; align-items: center; overflow: hidden }
  .what { font-size: 9pt } .foot { font-size: 6.5pt; color: #333 }
  .code { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-weight: 700; white-space: nowrap }
  svg { flex: none; display: block }
  @media print { .advice { display: none } }
"""
_A4 = """
  @page { size: 210mm 297mm; margin: 0 }
  .page { width: 210mm; height: 297mm; padding-top: 0.5mm; display: grid;
          grid-template-columns: repeat(3, 70mm); grid-template-rows: repeat(8, 37mm) }
  .one { width: 70mm; height: 37mm; padding-left: 4mm; gap: 1mm }
  .code { font-size: 13pt }
"""
_BAND = """
  @page { size: 250mm 25mm; margin: 0 }
  .page { width: 250mm; height: 25mm }
  .one { width: 250mm; height: 25mm; padding-left: 90mm; gap: 3mm }
  .code { font-size: 16pt }
"""


@dataclass(frozen=True, slots=True)
class Label:
    """What one code bears: `payload` in the symbol, `code` to read out, `what` above it, `foot` below it."""

    payload: str
    code: str
    what: str
    foot: str


def a4(labels: Sequence[Label], title: str, advice: str) -> str:
    """A whole HTML file of A4 pages with three columns of eight labels, 70 × 37 mm each."""
    each = ACROSS * DOWN
    pages = ["".join(map(_drawn(_LABEL_CODE), labels[at : at + each])) for at in range(0, len(labels), each)]
    return _file(pages, title, advice, _A4)


def bands(labels: Sequence[Label], title: str, advice: str) -> str:
    """A whole HTML file of wristbands, one a page; the code lies in the middle, free of clasp and glue."""
    return _file([_drawn(_BAND_CODE)(label) for label in labels], title, advice, _BAND)


def _drawn(side: float) -> Callable[[Label], str]:
    def draw(label: Label) -> str:
        words = "".join(
            f'<div class="{name}">{escape(getattr(label, name))}</div>' for name in ("what", "code", "foot")
        )
        return f'<div class="one">{encode.svg(label.payload, side, label.code)}<div>{words}</div></div>\n'

    return draw


def _file(pages: Sequence[str], title: str, advice: str, size: str) -> str:
    body = "".join(f'<section class="page">{page}</section>\n' for page in pages)
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}{size}</style></head>\n"
        f'<body><p class="advice">{escape(advice)}</p>\n{body}</body></html>\n'
    )
