"""What every process needs around the rules: settings, logs, start-up, shutdown, which platforms are set up.

No rule of the product belongs here.
"""
