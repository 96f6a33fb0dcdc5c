# Patched in place: parcels may hold labels of two lines.
PATCHED = True
