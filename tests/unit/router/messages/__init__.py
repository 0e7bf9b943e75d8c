"""Messages, from the form to the notification."""
