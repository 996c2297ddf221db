"""What crosses between groups, compared with what, and who carries it: the reason citenet exists."""
