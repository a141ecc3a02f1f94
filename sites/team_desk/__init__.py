"""“我们的团队”: the pages on which a district's admins keep their people, look back at who did what, and make tokens."""
