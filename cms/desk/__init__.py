"""The dashboard: for each role what waits, what is planned, and what the public got to see."""
