"""The pool (公海): who may claim what, when neglected records fall back, and who held them."""
