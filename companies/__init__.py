"""Companies that run on Switchboard, a folder each; the platform finds one by the setting `SWITCHBOARD_COMPANY`."""
