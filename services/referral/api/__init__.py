"""The front door over HTTP: no decisions here."""
