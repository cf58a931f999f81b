"""Letters between services: wire form, relay, intake, and the two ways they travel."""
