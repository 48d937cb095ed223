"""Surveys follow the states of their tickets."""

from tickets.hooks import moved
from tickets.satisfaction.inviting import follow

moved.register(follow)
