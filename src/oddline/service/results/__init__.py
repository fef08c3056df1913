"""What a finished scan leaves behind: a folder of files, and questions that they answer."""
