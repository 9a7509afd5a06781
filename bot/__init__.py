"""The rules of Deliverable: what a policy, a flag, an answer and a digest may do."""

__version__ = "0.1.0"
