"""The release desk: prepared by one, shown to a second as exactly what leaves, released or sent back by that one."""
