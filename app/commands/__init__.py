"""The commands of `switchboard`, a file for each group; `app.main` puts them together."""
