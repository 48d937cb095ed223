#!/usr/bin/env python
"""Command-line entry. The default profile needs no server: crm.settings.embedded."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.embedded")
    execute_from_command_line(sys.argv)
