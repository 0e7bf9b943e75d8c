"""Email: rendering notifications, sending them by SMTP, and catching them where no relay is set."""
