"""Reading what comes in: letters without their history, transcripts without their stumbles."""
