"""What customers think of the service: one invitation a ticket and cycle, one answer to it."""
