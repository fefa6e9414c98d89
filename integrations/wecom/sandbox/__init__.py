"""A WeCom on this machine: refuses what the real one refuses, calls the bot back, and shows the members' phones."""
