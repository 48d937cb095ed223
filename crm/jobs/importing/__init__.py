"""Import of tables: the wizard, the check before the first write, the run, the undo.

Knows no domain: an app declares a `Resource`; its services write the rows.
"""
