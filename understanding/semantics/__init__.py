"""What words mean, however they are spelt: a sentence model in process, where its wheel is installed."""
