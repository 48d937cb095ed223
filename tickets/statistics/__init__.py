"""What the figures of the service desk say: statistics, the supervisor's wall, panels."""
