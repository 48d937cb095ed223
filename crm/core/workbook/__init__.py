"""Workbooks and CSV files of strangers: gate, parser in a child process, headings, writer.

`gate`, `csvfile`, `child` and what they import run without Django; `reader`, `headings` and
`writer` are for the application.
"""
