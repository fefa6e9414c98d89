"""People and words: who is on duty, who has what, how far it is, and what the bot makes of what they type."""
