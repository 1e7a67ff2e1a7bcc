"""What people may ask about their data: to have it erased, to be given it, and not to have it kept for ever."""
