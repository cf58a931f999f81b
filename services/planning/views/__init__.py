"""What planning is asked about its own events."""
