"""What people plan: tasks, appointments, diary, work reports, the calendar and its feed."""
