"""What can be chosen, told by the folder and by the source text of what is in it; nothing is imported to list it."""
