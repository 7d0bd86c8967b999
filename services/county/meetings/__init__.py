"""The joint meeting (联席会商): when, where, who; its notice."""
