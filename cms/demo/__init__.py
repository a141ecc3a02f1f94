"""The demo city: its content as data (`content`) and its paper-cut pictures (`artwork`)."""
