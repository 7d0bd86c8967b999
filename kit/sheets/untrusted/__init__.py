"""The only modules that open workbooks of others, in a child process (`kit.child_process`): one of
two kilobytes can claim sixteen thousand million cells.
"""
