"""The rules of Deliverable: what a policy, a flag, an answer and a digest may do."""
