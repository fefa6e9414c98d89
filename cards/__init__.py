"""What people see: cards and words, drawn from plain values into plain data. Knows neither `bot` nor `integrations`."""
