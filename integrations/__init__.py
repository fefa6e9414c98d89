"""Outside systems, one room each: client, reader, stand-in. Rooms know neither each other nor `bot` nor `cards`."""
