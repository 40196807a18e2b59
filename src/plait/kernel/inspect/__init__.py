"""Looks into an uploaded file, refuses what is dangerous, and gives back a clean copy. Runs in a process of its own, never in a web worker.

    python -P -m plait.kernel.inspect      reads a file from standard input, answers on standard output (`plait.kernel.inspect.talk`)

Five kinds are taken, told by what is in them and not by their name: PDF, DOCX, XLSX, PNG, JPEG. No Django, no database, no network.
"""
