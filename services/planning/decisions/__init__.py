"""What a person may do in planning: one file each."""
