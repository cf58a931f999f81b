"""What people may do at the front door, one file for each."""
