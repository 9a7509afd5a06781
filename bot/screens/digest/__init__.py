"""Screens about digests: what an owner is sent, its order, the channel copy, the CSV file, when digests come."""
