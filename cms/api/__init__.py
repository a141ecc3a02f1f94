"""`/api/v1/`: the routes of every room, and their schema."""
