"""What a person may do in qa: one file each."""
