"""People, and how to reach them: rosters, absences, recipients, schedules, conversations, installations.

What people say and what they are sent belongs to the packages above.
"""
