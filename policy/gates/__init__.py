"""What lets a move go on: evidence of its steps, judged offline against what the stack says."""
