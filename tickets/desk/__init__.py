"""The ticket desk: queues, tickets and one ticket side by side; who else looks at it."""
