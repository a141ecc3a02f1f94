"""Pages that the festival answers on the districts' own hosts."""
