"""Work on what others sent, in a child process with limits: whatever a file does to its reader, only
the child feels it.

    read = await run(rows, {"path": str(path)}, Limits(cpu=60), f"“{name}”")

`run` (`parent`) gives a module-level function of ours to a fresh interpreter (`child`) that has no
environment, no open file but its own, and a folder for temporary files that goes with it. The
function takes `data` (JSON) as its arguments and yields bytes; they come back as a file. `Refused`
is what the function said, or that the child broke a limit or died.

Two at once, one of each account, and accounts take turns (`turns`): a file that takes its whole time
keeps nobody waiting but its sender. All children of one request have so much time together (`Sender`).

The memory limit holds on Linux; the others on every Unix.
"""
