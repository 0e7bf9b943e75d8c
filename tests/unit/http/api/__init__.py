"""The page of caught mail, without a database."""
