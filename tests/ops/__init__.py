"""Tests of set-up and operation: settings, start-up guard, supervisor, backup, catalogues."""
