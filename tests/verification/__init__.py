"""The verification whole: its stories, its refusals, and what must hold whatever people do."""
