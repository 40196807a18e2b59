"""Files: taken in when they can be checked, cleaned in a process of their own, kept sealed, opened as an entry of the log.

    row = keep(asker, circle=..., name=..., data=...)     inside an action of the room that links the file to its record
    opened = open_file(asker, circle, id)                 the content, for `attachment(opened)`
    named(asker, files)                                   names of many at once; each is a look

What is kept is the clean copy; the bytes as they came are not. There is no comparison with other files: the same file twice is two files, and
nobody learns from size, speed or answer that another circle holds it too.
"""

from plait.kernel.files.keeping import FILES_OF_A_RECORD, Named, Opened, file_of, keep, named, open_file
from plait.kernel.files.naming import attachment_header, clean_name

__all__ = ["FILES_OF_A_RECORD", "Named", "Opened", "attachment_header", "clean_name", "file_of", "keep", "named", "open_file"]
