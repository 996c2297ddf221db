"""Which work each printed reference means, and the network that follows."""
