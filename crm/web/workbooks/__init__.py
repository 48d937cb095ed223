"""Small tables of the administration out to a workbook and back in.

import-export's resources convert and judge the cells; the product's own reader and writer handle
the files, its services write the rows. Large tables have the import wizard (`crm.jobs.importing`).
"""
