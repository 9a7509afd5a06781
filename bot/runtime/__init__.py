"""What every process needs around the rules: settings, logging, start-up, shutdown.

Rules of the product do not belong here, nor does anything that imports an adapter.
"""
