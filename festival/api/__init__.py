"""The festival over HTTP: what is booked, drawn and read on the day."""
