"""Several processes over one database are killed, suspended and shut down, and everything arrives exactly once."""
