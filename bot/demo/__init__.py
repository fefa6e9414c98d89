"""The invented world of the demo: real place names, invented people, hotels and plates (DOMAIN §5)."""
