"""The stories of transport notices: written, sent, taken, given cars, cancelled, returned."""
