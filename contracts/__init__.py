"""What the services promise each other and their partners: generated from the code, read in every diff."""
