"""What allocation is asked about its own events."""
