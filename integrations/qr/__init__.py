"""QR codes: drawn as SVG for printing, read from photographs in a bounded process of their own."""
