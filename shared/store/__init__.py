"""Streams, keys, beliefs, places and view rows on PostgreSQL or SQLite: the only folder that knows the library."""
