# Patched in place: mails of the spring sale.
PATCHED = True
