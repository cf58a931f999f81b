"""What we can show: case file, audit trail, clocks, the registers of clients and staff."""
