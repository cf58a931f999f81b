"""What a person may do in allocation: one file each."""
