"""Tests of tasks, appointments, diary, reports and the calendar."""
