"""Export of any list: the same rows, columns and masks as on the screen, as a workbook or CSV.

`exports` declares what can be exported, `rows` reads it, `kinds` runs it as a job, `views` asks
and hands out the file. Which lists there are is said by the domain apps, one line each.
"""
