"""What answers the requests: each module declares its operations in `ROUTES`, and is found.

A module whose name begins with an underscore declares none: it is what the others share.
"""
