"""Workbooks as offices send them.

`sheet`      what a sheet, a row and a refused cell are; a sheet is recognised by its header row
`reading`    the sheets of an uploaded file
`marking`    a copy of it that shows what was refused
`untrusted`  opens the file; runs in a child process and is called by those two alone
`door`       every service's door for the sheets it owns

Nothing is imported here, for the child imports this package too.
"""
