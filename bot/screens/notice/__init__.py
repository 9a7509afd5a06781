"""Short messages and sentences: what people are told, confirmations, and what is said when something cannot be done."""
