"""Pure: events, people, refusals, the calendar. No framework, no input or output."""
