"""What a message does to what was just asked, offered or is pending: dialogue acts."""
