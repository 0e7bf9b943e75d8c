"""The broker: publishing hints, and taking in the messages that frontends enqueue."""
