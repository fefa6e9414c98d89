"""Stories of boarding, of the departure and of the hotel."""
