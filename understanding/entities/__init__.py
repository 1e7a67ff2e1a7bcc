"""What a message names: days, times, amounts, references, numbers."""
