"""What the front door asks of its own events."""
