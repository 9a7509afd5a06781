"""Several processes over one database: killed, stopped and told to end, while everything arrives, and arrives once."""
