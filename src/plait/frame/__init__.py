"""The furniture of every page and file: layouts, components, addresses, lists, forms, drawings.

No word of the domain is spoken here. A room brings rows and words; the frame lays them out, says who sees them, and
keeps every address from being open by accident. It knows the packs, the methods and the kernel, and no room.
"""
