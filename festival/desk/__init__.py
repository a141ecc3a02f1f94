"""The organiser's desk: the pages below /admin/booking/ on which the booking of an edition is ruled, decided and read."""
